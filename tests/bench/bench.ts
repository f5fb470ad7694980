/**
 * `npm run bench`: every figure beside its target, as a table, or as JSON with --json. With model
 * files as arguments, `npm run bench -- model.tflite`, the figures of those models alone. With
 * --gate the run fails on a count that misses its target or that has grown since --record wrote it
 * to baseline.json; timed figures never fail it, since a loaded machine would decide.
 *
 * Instructions, native stacks and sizes of the ports come from emulated chips: when compiler and
 * emulator are installed, or the run fails without them when --emulated asks for them.
 */
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { type TestModel, testModels } from "../e2e/built-models.ts";
import { plannedModels } from "../plan/targets.ts";
import { readBaseline, recordBaseline, regressions } from "./baseline.ts";
import { installFigure, startUpFigures } from "./command-line.ts";
import { allInstructionFigures, allPortFigures, missingTools } from "./emulated.ts";
import { meets, renderFigures } from "./figure.ts";
import { flashingFigure } from "./flashing.ts";
import { allHostSpeeds } from "./host-speed.ts";
import { layerFigures } from "./layers.ts";
import { allModelFigures } from "./models.ts";
import { planFigures } from "./planner.ts";
import { predictionFigures } from "./predictions.ts";
import { searchFigures } from "./searches.ts";

const modelFile = (path: string): TestModel => ({
  name: basename(path, ".tflite"),
  bytes: () => new Uint8Array(readFileSync(path)),
});

const args = process.argv.slice(2);
const flags = new Set(args.filter((arg) => arg.startsWith("--")));
const files = args.filter((arg) => !arg.startsWith("--"));
const models = files.length > 0 ? files.map(modelFile) : testModels;
const missing = missingTools();
const isEmulating = missing.length === 0 || flags.has("--emulated");
if (!isEmulating) {
  console.error(`no instructions and no ports are measured: ${missing.join(", ")} not installed`);
}
const isTiming = files.length === 0 && !flags.has("--no-timing");
const figures = [
  ...(await allModelFigures(models)),
  ...(files.length === 0 ? [...planFigures(plannedModels), ...searchFigures()] : []),
  ...(files.length === 0 ? await layerFigures(models, isEmulating) : []),
  ...(isEmulating ? await allInstructionFigures(models) : []),
  ...(isEmulating && files.length === 0 ? await predictionFigures(plannedModels) : []),
  ...(isEmulating && files.length === 0 ? await allPortFigures() : []),
  ...(files.length === 0 ? [installFigure(), await flashingFigure()] : []),
  ...(isTiming ? [...(await allHostSpeeds(models)), ...startUpFigures()] : []),
];
if (flags.has("--json")) {
  console.log(JSON.stringify({ figures: figures.map((f) => ({ ...f, met: meets(f) })) }, null, 2));
} else {
  console.log(renderFigures(figures));
}
if (flags.has("--record")) recordBaseline(figures, isEmulating && files.length === 0);
if (flags.has("--gate")) {
  const missed = figures.filter((figure) => !meets(figure) && figure.timed !== true);
  const grown = regressions(figures, readBaseline());
  for (const line of grown) console.error(line);
  if (missed.length > 0 || grown.length > 0) process.exitCode = 1;
}

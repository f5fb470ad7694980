/**
 * `npm run bench`: every figure beside its target, as a table, or as JSON with --json. Missed
 * counts fail the run with --gate; timed figures never do, since a loaded machine would decide.
 */
import { installFigure, startUpFigures } from "./command-line.ts";
import { meets, renderFigures } from "./figure.ts";
import { allModelFigures } from "./models.ts";

const flags = new Set(process.argv.slice(2));
const figures = [
  ...(await allModelFigures()),
  installFigure(),
  ...(flags.has("--no-timing") ? [] : startUpFigures()),
];
if (flags.has("--json")) {
  console.log(JSON.stringify({ figures: figures.map((f) => ({ ...f, met: meets(f) })) }, null, 2));
} else {
  console.log(renderFigures(figures));
}
const missed = figures.filter((figure) => !meets(figure) && figure.timed !== true);
if (flags.has("--gate") && missed.length > 0) process.exitCode = 1;

/**
 * Steps that run row by row together give the bytes that they give one by one: seeded random towers
 * of layers, every range of steps that can stream, and two beside each other, forced one after the
 * other whether it pays or not. The checker replays them; some run in V8 and on wasm3 in the
 * simulated board, from memory that holds a pattern, under both roundings. EDGEFLASH_SEEDS=200
 * draws more.
 */
import { describe, expect, it } from "vitest";
import { measuredDevice, sendTo } from "../../toolchain/cli/device.ts";
import { silentProgress } from "../../toolchain/cli/progress.ts";
import { v8Runner } from "../../toolchain/cli/runners.ts";
import { must } from "../../toolchain/diagnostics/assert.ts";
import { readTflite } from "../../toolchain/import/tflite/read.ts";
import { type Graph, tensorAt } from "../../toolchain/ir/graph.ts";
import { byteLength } from "../../toolchain/ir/types.ts";
import { type Rounding, roundings } from "../../toolchain/numeric/requantize.ts";
import { buildArtifact } from "../../toolchain/pack/artifact.ts";
import { rewrite } from "../../toolchain/passes/pipeline.ts";
import { checkPlan } from "../../toolchain/plan/check-plan.ts";
import type { StepRange } from "../../toolchain/plan/segments/arrange-segments.ts";
import { rowGraph } from "../../toolchain/plan/segments/stages.ts";
import { streamOf } from "../../toolchain/plan/segments/stream.ts";
import type { Plan } from "../../toolchain/plan/types.ts";
import { interpret } from "../../toolchain/simulate/reference/interpreter.ts";
import { between, xorshift32 } from "../ops/random.ts";
import { readGolden, sharedDataPresent } from "../oracles/goldens.ts";
import { streamedPlan } from "../plan/streamed-plan.ts";
import { randomTower } from "./random-dag.ts";

const SEEDS = Number(process.env.EDGEFLASH_SEEDS ?? 12);
/** Selections of one graph that are compiled and run. */
const RUN_MAX = 2;
/** That are planned and replayed by the checker. */
const CHECKED_MAX = 10;

const seeds = Array.from({ length: SEEDS }, (_, seed) => ({
  seed,
  rounding: must(roundings[seed % 2], "rounding"),
}));

function towerOf(seed: number, rounding: Rounding): Graph {
  return rewrite(randomTower(seed), { rounding });
}

/** Every range of steps that can stream, longest first; and two of them beside each other. */
function rangesOf(graph: Graph, rounding: Rounding, inputByRows: boolean): StepRange[][] {
  const rows = rowGraph(graph, { rounding, inputByRows });
  const steps = [...graph.nodes.keys()];
  const ranges = steps
    .flatMap((first) => steps.slice(first).map((last): StepRange => [first, last]))
    .filter(([first, last]) => streamOf(rows, first, last) !== null)
    .filter(([first]) => !inputByRows || first === 0)
    .sort(([a, b], [c, d]) => d - c - (b - a) || a - c);
  const pairs = ranges.flatMap((one) =>
    ranges.filter(([first]) => first === one[1] + 1).map((other) => [one, other]),
  );
  return [
    ...ranges.slice(0, 1).map((range) => [range]),
    ...pairs,
    ...ranges.slice(1).map((range) => [range]),
  ];
}

/** Plans of all of them; the forms differ from one to the next. */
function plansOf(graph: Graph, rounding: Rounding, inputByRows = false): Plan[] {
  return rangesOf(graph, rounding, inputByRows)
    .slice(0, CHECKED_MAX)
    .map((ranges, form) => streamedPlan(graph, { ranges, rounding, form, inputByRows }));
}

const casesOf = (graph: Graph, seed: number): Uint8Array[] => {
  const random = xorshift32(seed + 1);
  const { type } = tensorAt(graph, must(graph.inputs[0], "an input"));
  const fills = [() => between(random, 0, 255), () => 0x80, () => 0x7f];
  return fills.map((fill) => Uint8Array.from({ length: byteLength(type) }, fill));
};

async function runnersOf(plan: Plan) {
  const artifact = await buildArtifact(plan);
  const device = await measuredDevice();
  const wasm3 = await sendTo(device, artifact, silentProgress());
  must(device.virtual, "a simulated board").poison(0xa5);
  return [v8Runner(artifact), wasm3];
}

async function expectEqual(plan: Plan, seed: number): Promise<void> {
  const { graph, rounding } = plan;
  const runners = await runnersOf(plan);
  for (const input of casesOf(graph, seed)) {
    const wanted = Buffer.concat(interpret(graph, [input], { rounding }).outputs);
    for (const runner of runners) {
      const found = await runner.run(input);
      expect(Buffer.from(found).toString("hex")).toBe(wanted.toString("hex"));
    }
  }
}

describe("random towers, streamed", () => {
  it.each(seeds)("seed $seed, $rounding", async ({ seed, rounding }) => {
    const graph = towerOf(seed, rounding);
    const plans = plansOf(graph, rounding);
    for (const plan of plans) checkPlan(plan);
    for (const plan of plans.slice(0, RUN_MAX)) await expectEqual(plan, seed);
    const [byRows] = plansOf(graph, rounding, true);
    if (byRows === undefined) return;
    checkPlan(byRows);
    await expectEqual(byRows, seed);
  });

  it("stream in many ways: totals, loads, skipped rows, two segments, inputs by rows", () => {
    const graphs = Array.from({ length: 20 }, (_, seed) => towerOf(seed, "tflite"));
    const ranges = graphs.map((graph) => rangesOf(graph, "tflite", false));
    const stages = graphs.flatMap((graph, index) => {
      const rows = rowGraph(graph, { rounding: "tflite" });
      const [[longest] = []] = must(ranges[index], "ranges of a graph");
      return longest === undefined ? [] : (streamOf(rows, ...longest)?.segment.stages ?? []);
    });
    expect(new Set(stages.map(({ kind }) => kind))).toEqual(new Set(["load", "compute", "total"]));
    expect(stages.some(({ reads }) => reads.length > 1)).toBe(true);
    expect(ranges.flat().some((chosen) => chosen.length > 1)).toBe(true);
    expect(graphs.some((graph) => rangesOf(graph, "tflite", true).length > 0)).toBe(true);
  });
});

const folder = sharedDataPresent ? "" : " (skipped: ../shared/data is absent)";

describe.skipIf(!sharedDataPresent)(`kws_ref_model, streamed${folder}`, () => {
  it.each([false, true])("gives TFLM's bytes, input by rows: %s", async (inputByRows) => {
    const golden = readGolden("kws_ref_model");
    const rounding = "tflm";
    const graph = rewrite(readTflite(golden.model, "kws_ref_model"), { rounding });
    const last = graph.nodes.findIndex(({ op }) => op === "average_pool2d");
    const plan = streamedPlan(graph, { ranges: [[0, last]], inputByRows, rounding, form: 1 });
    checkPlan(plan);
    const artifact = await buildArtifact(plan);
    const runner = v8Runner(artifact);
    for (const { inputs, outputs } of golden.cases) {
      expect(await runner.run(must(inputs[0], "an input"))).toEqual(outputs[0]);
    }
  });
});

/**
 * Beside TensorFlow Lite Micro: its greedy planner, restated, gives the arenas that it was measured
 * to take; where no tensors share bytes ours takes what one step needs, proven; and with all that
 * we do, memory never exceeds its arena on any handed model.
 */
import { describe, expect, it } from "vitest";
import { importModel } from "../../toolchain/import/index.ts";
import { rewrite } from "../../toolchain/passes/pipeline.ts";
import { allocate } from "../../toolchain/plan/allocate/allocate.ts";
import { lifetimes } from "../../toolchain/plan/lifetimes.ts";
import { makePlan } from "../../toolchain/plan/plan.ts";
import { readShared, sharedDataPresent } from "../oracles/goldens.ts";
import { tflmGreedy } from "./tflm-greedy.ts";

/**
 * Bytes of tensors in TFLM's arena, of all of its arena on a 32-bit machine (without a figure for
 * those: of the tensors), and what one step needs at least.
 */
const measured = [
  { name: "kws_ref_model", head: 16_000, used: 22_780, bound: 16_000 },
  { name: "pretrainedResnet_quant", head: 49_152, used: 54_364, bound: 49_152 },
  { name: "pretrainedResnet", head: 196_608, used: 201_784, bound: 196_608 },
  { name: "ad01_int8", head: 768, used: 2380, bound: 768 },
  { name: "ad01_fp32", head: 3072, used: 5664, bound: 3072 },
  { name: "micro_speech_quantized", head: 5968, used: 6812, bound: 5960 },
  { name: "hello_world_int8", head: 32, used: 716, bound: 32 },
  { name: "hello_world_float", head: 128, used: 1216, bound: 128 },
] as const;
const folder = sharedDataPresent ? "" : " (skipped: ../shared/data is absent)";

const read = (name: string) =>
  rewrite(importModel(readShared(`models/${name}.tflite`), name), { rounding: "tflite" });

describe("TFLM's greedy planner", () => {
  it("takes a third more than it needs where ties are placed last first", () => {
    const sizes = [27648, 18432, 18432, 36864, 9216];
    const runs = sizes.map((bytes, step) => {
      return { bytes, alignment: 1, firstStep: step, lastStep: step + 1 };
    });
    expect(tflmGreedy(runs)).toEqual({
      ...{ offsets: [0, 55_296, 36_864, 0, 36_864], peakBytes: 73_728 },
    });
    expect(allocate({ runs })).toMatchObject({ peakBytes: 55_296, proof: "bound" });
  });
});

describe.skipIf(!sharedDataPresent)(`plans beside TFLM's arena${folder}`, () => {
  it.each(measured)("$name: its planner gives its arena", ({ name, head }) => {
    expect(tflmGreedy(lifetimes(read(name))).peakBytes).toBe(head);
  });

  it.each(measured)("$name: tensors that share nothing take what a step needs, proven", (model) => {
    const plan = makePlan(read(model.name), { tensorLevel: true });
    expect(plan.tensorBytes).toBe(model.bound);
    expect(plan.tensorLowerBoundBytes).toBe(model.bound);
    expect(plan.certificate.overlaps).toEqual([]);
    expect(plan.segments).toEqual([]);
  });

  it.each(measured)("$name: all memory is no more than its arena", ({ name, used }) => {
    expect(makePlan(read(name)).peakBytes).toBeLessThanOrEqual(used);
  });
});

/**
 * Offline plans in TensorFlow Lite Micro itself: it takes our addresses, gives the same outputs
 * with them, and never needs a larger arena than when it plans by itself.
 */
import { describe, expect, it } from "vitest";
import { must } from "../../toolchain/diagnostics/assert.ts";
import { writeTflite } from "../../toolchain/export/tflite/write.ts";
import { importModel } from "../../toolchain/import/index.ts";
import { openModel } from "../../toolchain/import/tflite/model.ts";
import { tensorAt } from "../../toolchain/ir/graph.ts";
import { byteLength } from "../../toolchain/ir/types.ts";
import { planForTflm, withOfflinePlan } from "../../toolchain/plan/tflm-offline-plan.ts";
import { between, xorshift32 } from "../ops/random.ts";
import { readShared, sharedDataPresent } from "../oracles/goldens.ts";
import { mobileNetV1 } from "../plan/mobilenets.ts";
import type { Job } from "./pipe.ts";
import { runThrough } from "./pipe.ts";
import { runTflm, tflmPresent } from "./tflm.ts";

const missing = tflmPresent ? "" : " (skipped: PyPI's tflite-micro is not installed)";

const handed = [
  ...["kws_ref_model", "pretrainedResnet_quant", "ad01_int8", "micro_speech_quantized"],
  ...["hello_world_int8", "hello_world_float", "ad01_fp32", "pretrainedResnet"],
];
const models: readonly (readonly [string, () => Uint8Array])[] = [
  ["mobilenet_v1_0.25_96", () => writeTflite(mobileNetV1())],
  ...(sharedDataPresent ? handed : []).map(
    (name) => [name, () => readShared(`models/${name}.tflite`)] as const,
  ),
];

const planned = (model: Uint8Array) => withOfflinePlan(model, planForTflm(openModel(model)));

/** Random bytes for every input; those of floats are small numbers. */
function inputsOf(model: Uint8Array, seed: number): Uint8Array {
  const random = xorshift32(seed);
  const graph = importModel(model, "model");
  const pieces = graph.inputs.map((input) => {
    const { type } = tensorAt(graph, input);
    const bytes = byteLength(type);
    return type.dtype === "float32"
      ? new Uint8Array(
          Float32Array.from({ length: bytes / 4 }, () => between(random, -9, 9)).buffer,
        )
      : Uint8Array.from({ length: bytes }, () => between(random, 0, 255));
  });
  return Uint8Array.from(pieces.flatMap((piece) => [...piece]));
}

/** Bytes of the tensors' part, and of the whole arena. */
function arenasOf(files: readonly Uint8Array[]) {
  return runThrough(
    "tflm_arena.py",
    [],
    files.map((model): Job => ({ model, runs: [] })),
  ).map((answer) => {
    if ("refusal" in answer) throw new Error(answer.refusal);
    const [head, total] = answer.outputs.map((text) => Number(new TextDecoder().decode(text)));
    return { head: must(head, "head"), total: must(total, "total") };
  });
}

describe.skipIf(!tflmPresent)(`offline plans in TensorFlow Lite Micro${missing}`, () => {
  it.each(models)("of %s leave its outputs as they are", { timeout: 60_000 }, (_, read) => {
    const model = read();
    const runs = [1, 2, 3].map((seed) => inputsOf(model, seed));
    const [with_, without] = runTflm([
      { model: planned(model), runs },
      { model, runs },
    ]);
    expect(without).toHaveProperty("outputs");
    expect(with_).toEqual(without);
  });

  it.each(models)("of %s take no more of its arena", { timeout: 60_000 }, (_, read) => {
    const model = read();
    const [with_, without] = arenasOf([planned(model), model]).map((arena) => must(arena, "arena"));
    expect(must(with_, "arena").head).toBeLessThanOrEqual(must(without, "arena").head);
    expect(must(with_, "arena").total).toBeLessThanOrEqual(must(without, "arena").total);
  });

  it("save a quarter of MobileNetV1's", { timeout: 60_000 }, () => {
    const model = writeTflite(mobileNetV1());
    expect(arenasOf([planned(model), model]).map(({ head }) => head)).toEqual([55_296, 73_728]);
  });

  it("are what it goes by: addresses in one place spoil the outputs", { timeout: 60_000 }, () => {
    const model = writeTflite(mobileNetV1());
    const plan = planForTflm(openModel(model));
    const offsets = plan.offsets.map((offset) => Math.min(offset, 0));
    const runs = [inputsOf(model, 1)];
    const spoilt = withOfflinePlan(model, { ...plan, offsets });
    const [wrong, right] = runTflm([
      { model: spoilt, runs },
      { model, runs },
    ]);
    expect(wrong).not.toEqual(right);
  });
});

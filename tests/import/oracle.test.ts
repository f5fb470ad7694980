/**
 * The oracle itself is checked against TensorFlow Lite Micro's recorded answers before anything
 * trusts it, and against leaks, because suites open thousands of models in one process.
 */
import { describe, expect, it } from "vitest";
import { readGolden, sharedDataPresent } from "../oracles/goldens.ts";
import { loadTflite, runTflite } from "../oracles/tflite-runtime.ts";

describe.skipIf(!sharedDataPresent)("TFLite oracle (skipped without ../shared/data)", () => {
  const golden = () => readGolden("hello_world_int8");

  it("answers hello_world_int8 as TensorFlow Lite Micro recorded", async () => {
    const { model, cases } = golden();
    expect(cases).toHaveLength(8);
    for (const { inputs, outputs } of cases) {
      expect(await runTflite(model, inputs)).toEqual(outputs);
    }
  });

  it("frees what it takes: the heap stays as large after 300 models as after one", async () => {
    const { model, cases } = golden();
    const inputs = cases[0]?.inputs ?? [];
    const tflite = await loadTflite();
    tflite.run(model, inputs);
    const bytesBefore = tflite.heapBytes();
    for (let round = 0; round < 300; round += 1) tflite.run(model, inputs);
    expect(tflite.heapBytes()).toBe(bytesBefore);
  });

  it("names the model's tensors and the kernels that ran", async () => {
    const { model, cases } = golden();
    const session = (await loadTflite()).open(model);
    expect(session.inputs.map(({ dtype, bytes }) => [dtype, bytes])).toEqual([["int8", 1]]);
    session.run(cases[0]?.inputs ?? []);
    expect(session.profile()).toContain("XNNPack");
    session.close();
  });
});

describe("TFLite oracle", () => {
  it("refuses bytes that are no model with an Error", async () => {
    const tflite = await loadTflite();
    expect(() => tflite.open(new Uint8Array(64))).toThrow(/refuses the model/);
  });
});

/**
 * Layers with weights against the real TensorFlow Lite, on seeded random single-operator models:
 * every byte must be equal, but for results that near-halves.ts excuses, a handful in hundreds of
 * thousands. Some of the same layers then run in every kernel form.
 */
import { describe, expect, it } from "vitest";
import { must } from "../../toolchain/diagnostics/assert.ts";
import { writeTflite } from "../../toolchain/export/tflite/write.ts";
import { situate } from "../ops/case.ts";
import { kernelComplaints } from "../ops/contract.ts";
import { loadTflite } from "../oracles/tflite-runtime.ts";
import { compareWithTflite } from "./near-halves.ts";
import { randomLayer, randomLayerOperators } from "./random-layers.ts";

const MODELS = 500;
const KERNELS = 8;

describe.each(randomLayerOperators)("%s", (op) => {
  it(`equals TensorFlow Lite on ${MODELS} random models`, { timeout: 60_000 }, async () => {
    const tflite = await loadTflite();
    const differing: string[] = [];
    let elements = 0;
    let excused = 0;
    for (let seed = 1; seed <= MODELS; seed++) {
      const situation = situate(op, randomLayer(op, seed));
      const [wanted] = tflite.run(writeTflite(situation.graph), situation.inputs);
      const comparison = compareWithTflite(situation, must(wanted, "oracle output"));
      elements += comparison.elements;
      excused += comparison.excused;
      if (comparison.wrong > 0) differing.push(`seed ${seed}: ${comparison.wrong} bytes`);
    }
    expect(differing).toEqual([]);
    expect(elements).toBeGreaterThan(10_000);
    expect(excused).toBeLessThan(elements / 10_000);
  });

  it(`gives the reference's bytes in ${KERNELS} random kernels`, { timeout: 60_000 }, async () => {
    const cases = Array.from({ length: KERNELS }, (_, index) => {
      const test = randomLayer(op, 9001 + index);
      return { ...test, name: `seed ${test.seed}` };
    });
    expect(await kernelComplaints({ cases: { op, cases } })).toEqual([]);
  });
});

/**
 * The sine model against the curve itself.
 */
import { expect, it } from "vitest";
import { readModel } from "../../models/figures.ts";
import { predictor } from "../../models/predict.ts";

it("sine follows the curve within 0.1 everywhere, in int8", () => {
  const predict = predictor(readModel("sine").graph);
  for (let step = 0; step <= 400; step++) {
    const x = (2 * Math.PI * step) / 400;
    const y = predict(Float32Array.of(x))[0] ?? Number.NaN;
    expect(Math.abs(y - Math.sin(x)), `sin(${x})`).toBeLessThan(0.1);
  }
});

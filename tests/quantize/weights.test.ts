/**
 * Symmetric weights and biases: the converter's formulae, and the limits that dead channels need.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { quantizeBias } from "../../toolchain/quantize/bias.ts";
import { quantizeWeights } from "../../toolchain/quantize/weights.ts";

const weight = fc.float({ min: -8, max: 8, noNaN: true });
const floor = Math.fround(5e-7 / 127);

describe("weights", () => {
  it("take one scale a channel along their axis", () => {
    const weights = Float32Array.of(1, -127, 0.5, 63.5);
    const byRow = quantizeWeights(weights, [2, 2], 0);
    expect(byRow.quantization).toEqual({ scale: [1, 0.5], zeroPoint: [0, 0], axis: 0 });
    expect([...byRow.values]).toEqual([1, -127, 1, 127]);
    const byColumn = quantizeWeights(weights, [2, 2], 1);
    expect(byColumn.quantization.scale).toEqual([Math.fround(1 / 127), 1]);
    expect([...byColumn.values]).toEqual([127, -127, 64, 64]);
    const whole = quantizeWeights(weights, [2, 2], null);
    expect(whole.quantization).toEqual({ scale: [1], zeroPoint: [0], axis: 0 });
    expect([...whole.values]).toEqual([1, -127, 1, 64]);
  });

  it("reconstruct within half a step, use the whole range and never -128", () => {
    const cases = fc.array(weight, { minLength: 12, maxLength: 12 });
    fc.assert(
      fc.property(cases, (list) => {
        const weights = Float32Array.from(list);
        const { values, quantization } = quantizeWeights(weights, [3, 4], 0);
        quantization.scale.forEach((scale, channel) => {
          const row = [...values.subarray(channel * 4, channel * 4 + 4)];
          const real = [...weights.subarray(channel * 4, channel * 4 + 4)];
          expect(Math.min(...row)).toBeGreaterThanOrEqual(-127);
          const largest = Math.max(...real.map(Math.abs));
          if (largest >= 127 * floor) expect(Math.max(...row.map(Math.abs))).toBe(127);
          row.forEach((q, index) => {
            const error = Math.abs(q * scale - (real[index] ?? 0));
            expect(error).toBeLessThanOrEqual(scale * 0.50001);
          });
        });
      }),
      { seed: 1 },
    );
  });
});

describe("dead channels", () => {
  it("get the smallest scale when nothing else asks for more", () => {
    const { values, quantization } = quantizeWeights(Float32Array.of(1e-33, -1e-30), [2, 1], 0);
    expect(quantization.scale).toEqual([floor, floor]);
    expect([...values]).toEqual([0, 0]);
  });

  it("raise the scale until the bias is 2^30, as the converter does", () => {
    const limit = { bias: Float32Array.of(3, 0.25), inputScale: Math.fround(0.01) };
    const { quantization } = quantizeWeights(Float32Array.of(1e-33, 1), [2, 1], 0, limit);
    const bias = quantizeBias(limit.bias, limit.inputScale, quantization.scale);
    expect(Math.abs((bias.values[0] ?? 0) - 2 ** 30)).toBeLessThan(128);
    expect(bias.values[0]).toBeLessThanOrEqual(2 ** 30);
    expect(quantization.scale[1]).toBe(Math.fround(1 / 127));
  });

  it("never let a bias exceed 2^30, whatever the weights, biases and input scale", () => {
    const magnitude = fc.double({ min: -38, max: 4, noNaN: true });
    const triple = fc.tuple(magnitude, magnitude, fc.double({ min: -9, max: 2, noNaN: true }));
    fc.assert(
      fc.property(triple, ([weightPower, biasPower, inputPower]) => {
        const bias = Float32Array.of(10 ** biasPower, -(10 ** biasPower));
        const inputScale = Math.fround(10 ** inputPower);
        const weights = Float32Array.of(10 ** weightPower, 10 ** weightPower);
        for (const axis of [0, null]) {
          const { quantization } = quantizeWeights(weights, [2, 1], axis, { bias, inputScale });
          const { values } = quantizeBias(bias, inputScale, quantization.scale);
          for (const value of values) expect(Math.abs(value)).toBeLessThanOrEqual(2 ** 30);
          for (const scale of quantization.scale) expect(scale).toBe(Math.fround(scale));
        }
      }),
      { seed: 2, numRuns: 1000 },
    );
  });
});

describe("biases", () => {
  it("have the scale of the accumulator they are added to", () => {
    const scales = [Math.fround(0.3), Math.fround(0.7)];
    const { values, quantization } = quantizeBias(Float32Array.of(1, -2), 0.5, scales);
    expect(quantization.scale).toEqual(scales.map((scale) => Math.fround(0.5 * scale)));
    expect([...values]).toEqual([7, -6]);
  });
});

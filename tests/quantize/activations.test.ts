/**
 * Asymmetric activation parameters: an exact zero, full use of the range, TFLite's special cases.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { widen } from "../../toolchain/quantize/calibrate.ts";
import { asymmetric } from "../../toolchain/quantize/choose-params.ts";
import { dequantizeValues, quantizeValues } from "../../toolchain/quantize/values.ts";

const one = (range: { min: number; max: number }) => {
  const { scale, zeroPoint } = asymmetric(range);
  return { scale: scale[0] ?? 0, zeroPoint: zeroPoint[0] ?? 0 };
};

describe("activation parameters", () => {
  it("give images of 0..1 the scale 1/255 and the zero point -128", () => {
    expect(one({ min: 0, max: 1 })).toEqual({ scale: Math.fround(1 / 255), zeroPoint: -128 });
    expect(one({ min: 0, max: 255 })).toEqual({ scale: 1, zeroPoint: -128 });
  });

  it("widen a range that lies on one side of zero", () => {
    expect(one({ min: 2, max: 5.1 }).zeroPoint).toBe(-128);
    expect(one({ min: -5.1, max: -2 })).toEqual({ scale: Math.fround(5.1 / 255), zeroPoint: 127 });
  });

  it("stay usable when the tensor was always zero", () => {
    const { scale, zeroPoint } = one({ min: 0, max: 0 });
    expect(scale).toBe(Math.fround(1e-6 / 255));
    expect(zeroPoint).toBe(-128);
  });

  it("represent zero exactly and both ends within a step", () => {
    const end = fc.float({ min: -1000, max: 1000, noNaN: true });
    fc.assert(
      fc.property(end, end, (a, b) => {
        const quantization = asymmetric({ min: Math.min(a, b), max: Math.max(a, b) });
        const step = quantization.scale[0] ?? 0;
        const values = Float32Array.of(0, a, b);
        const back = dequantizeValues(quantizeValues(values, quantization), quantization);
        expect(back[0]).toBe(0);
        expect(Math.abs((back[1] ?? 0) - a)).toBeLessThanOrEqual(step * 1.001);
        expect(Math.abs((back[2] ?? 0) - b)).toBeLessThanOrEqual(step * 1.001);
      }),
      { seed: 3, numRuns: 500 },
    );
  });
});

describe("observed ranges", () => {
  it("grow and never shrink", () => {
    const first = widen(undefined, [1, -2, 3]);
    expect(first).toEqual({ min: -2, max: 3 });
    expect(widen(first, [0, 2])).toEqual(first);
    expect(widen(first, [4])).toEqual({ min: -2, max: 4 });
  });

  it("keep a NaN, wherever it stands, so that calibration can refuse it", () => {
    for (const values of [
      [Number.NaN, 1, 2],
      [1, Number.NaN, 2],
      [1, 2, Number.NaN],
    ]) {
      const { min, max } = widen(undefined, values);
      expect(Number.isFinite(min) && Number.isFinite(max)).toBe(false);
    }
  });
});

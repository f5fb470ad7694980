/**
 * Biases to int32: scale[c] = float32(inputScale * weightScale[c]), zero point 0, so that a bias
 * adds to the accumulator as it is. weights.ts has made the weight scales large enough.
 */
import { assert, must } from "../diagnostics/assert.ts";
import type { Quantization } from "../ir/types.ts";
import { roundHalfAway } from "../numeric/round.ts";

export interface QuantizedBias {
  readonly values: Int32Array;
  readonly quantization: Quantization;
}

export function quantizeBias(
  bias: Float32Array,
  inputScale: number,
  weightScales: readonly number[],
): QuantizedBias {
  const scale = weightScales.map((weightScale) => Math.fround(inputScale * weightScale));
  const values = Int32Array.from(bias, (value, output) => {
    const quantized = roundHalfAway(value / must(scale[output % scale.length], "bias scale"));
    assert(Math.abs(quantized) <= 2 ** 31 - 1, "a bias that fits 32 bits");
    return quantized;
  });
  return { values, quantization: { scale, zeroPoint: scale.map(() => 0), axis: 0 } };
}

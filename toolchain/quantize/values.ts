/**
 * Real values to int8 and back under one scale and zero point: q = zeroPoint + round(x / scale),
 * halves away from zero, saturated; x = scale * (q - zeroPoint) in float32.
 */
import { must } from "../diagnostics/assert.ts";
import type { Quantization } from "../ir/types.ts";
import { roundHalfAway } from "../numeric/round.ts";

function parametersOf({ scale, zeroPoint }: Quantization) {
  return { scale: must(scale[0], "a scale"), zeroPoint: must(zeroPoint[0], "a zero point") };
}

export function quantizeValues(values: Float32Array, quantization: Quantization): Int8Array {
  const { scale, zeroPoint } = parametersOf(quantization);
  return Int8Array.from(values, (value) =>
    Math.min(127, Math.max(-128, zeroPoint + roundHalfAway(value / scale))),
  );
}

export function dequantizeValues(values: Int8Array, quantization: Quantization): Float32Array {
  const { scale, zeroPoint } = parametersOf(quantization);
  return Float32Array.from(values, (value) => scale * (value - zeroPoint));
}

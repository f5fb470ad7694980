/**
 * Tensor types as a user of the builder writes them: int8([1, 28, 28, 1], { scale: 1 / 255,
 * zeroPoint: -128 }). Scales become the nearest float32, which is what formats and kernels hold.
 */
import type { DType, Quantization, Shape, TensorType } from "../../ir/types.ts";

/** One scale for the tensor, or one for each index of `axis`. */
export interface QuantizationInit {
  readonly scale: number | readonly number[];
  /** Default 0. */
  readonly zeroPoint?: number | readonly number[];
  /** Default 0. */
  readonly axis?: number;
}

export function quantization({ scale, zeroPoint = 0, axis = 0 }: QuantizationInit): Quantization {
  const scales = typeof scale === "number" ? [scale] : scale;
  return {
    scale: scales.map(Math.fround),
    zeroPoint: typeof zeroPoint === "number" ? scales.map(() => zeroPoint) : zeroPoint,
    axis,
  };
}

const typed =
  (dtype: DType) =>
  (shape: Shape, init?: QuantizationInit): TensorType => ({
    dtype,
    shape,
    ...(init && { quantization: quantization(init) }),
  });

export const int8 = typed("int8");
export const uint8 = typed("uint8");
export const bool = typed("bool");
export const int16 = typed("int16");
export const int32 = typed("int32");
export const int64 = typed("int64");
export const float32 = typed("float32");

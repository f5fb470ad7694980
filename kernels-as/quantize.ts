/**
 * quantize: float32 to int8, and XNNPACK's int8 to int8; toolchain/ops/quantize.ts says which entry
 * is whose arithmetic. Reals are bounded before they become integers, NaN to the lowest, so that no
 * input traps.
 */
import { clamp } from "./requantize";

export const ELEMENTS: i32 = 6;
export const SCALE: f32 = 1;
export const MULTIPLIER: i32 = 256;
export const INPUT_ZERO: i32 = 0;
export const OUTPUT_ZERO: i32 = 0;

/** Outside int8 with any zero point, exact in f32. */
const REAL_LIMIT: f32 = 1024;

// @ts-ignore: decorator
@inline
function bounded(value: f32): f32 {
  return value > -REAL_LIMIT ? min<f32>(value, REAL_LIMIT) : -REAL_LIMIT;
}

/** TensorFlow Lite (XNNPACK): times the inverse scale, halves to even. */
export function quantizeEven(input: usize, output: usize): void {
  for (let i: i32 = 0; i < ELEMENTS; i++) {
    const value = <i32>nearest<f32>(bounded(load<f32>(input + i * 4) * SCALE));
    store<i8>(output + i, <i8>clamp(value + OUTPUT_ZERO, -128, 127));
  }
}

/** TensorFlow Lite Micro: divided by the scale, halves away from zero. */
export function quantizeAway(input: usize, output: usize): void {
  for (let i: i32 = 0; i < ELEMENTS; i++) {
    const real = <f64>bounded(load<f32>(input + i * 4) / SCALE);
    const value = <i32>(real + copysign<f64>(0.5, real));
    store<i8>(output + i, <i8>clamp(value + OUTPUT_ZERO, -128, 127));
  }
}

/** int8 to int8, XNNPACK: an eight-bit multiplier, halves up. */
export function requantizeInt8(input: usize, output: usize): void {
  for (let i: i32 = 0; i < ELEMENTS; i++) {
    const value = (<i32>load<i8>(input + i) - INPUT_ZERO) * MULTIPLIER;
    store<i8>(output + i, <i8>clamp(((value + 128) >> 8) + OUTPUT_ZERO, -128, 127));
  }
}

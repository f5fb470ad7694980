/** int8 to int8 through one multiplication with gemmlowp's rounding, and a clamp: no table. */
import { clamp, requantize } from "./requantize";

export const ELEMENTS: i32 = 6;
export const MANTISSA: i64 = 1073741824;
export const SHIFT: i32 = 1;
export const INPUT_ZERO: i32 = 0;
export const OUTPUT_ZERO: i32 = 0;
export const OUTPUT_MIN: i32 = -128;
export const OUTPUT_MAX: i32 = 127;

export function rescale(input: usize, output: usize): void {
  for (let i: i32 = 0; i < ELEMENTS; i++) {
    const value = <i32>load<i8>(input + i) - INPUT_ZERO;
    const scaled = requantize(value, MANTISSA, SHIFT, true) + OUTPUT_ZERO;
    store<i8>(output + i, <i8>clamp(scaled, OUTPUT_MIN, OUTPUT_MAX));
  }
}

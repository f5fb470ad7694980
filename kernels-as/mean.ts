/**
 * mean: averages over two runs of dimensions, of a shape read as [OUTER, REDUCED_OUTER, MIDDLE,
 * REDUCED_INNER, INNER]. One output at a time; toolchain/ops/mean.ts says which entry is whose
 * arithmetic. Sums are in the reference's order, so float32 gives the reference's bits.
 */
import { clamp, requantize } from "./requantize";

export const OUTER: i32 = 1;
export const REDUCED_OUTER: i32 = 5;
export const MIDDLE: i32 = 1;
export const REDUCED_INNER: i32 = 1;
export const INNER: i32 = 3;
export const SCALE: f32 = 1;
export const BIAS: f32 = 0;
export const MANTISSA: i64 = 1073741824;
export const SHIFT: i32 = 1;
export const INPUT_ZERO: i32 = 0;
export const OUTPUT_ZERO: i32 = 0;

const COUNT: i32 = REDUCED_OUTER * REDUCED_INNER;
/** Elements from one step of REDUCED_OUTER to the next. */
const STRIDE: i32 = MIDDLE * REDUCED_INNER * INNER;
const OUTPUTS: i32 = OUTER * MIDDLE * INNER;
/** Outside int8 with any zero point, exact in f32: bounds a value before it becomes an integer. */
const REAL_LIMIT: f32 = 1024;

/** Address of the first element that the output with this index averages. */
// @ts-ignore: decorator
@inline
function firstOf<X>(input: usize, index: i32): usize {
  const inside = index % INNER;
  const central = index / INNER % MIDDLE;
  const outside = index / (INNER * MIDDLE);
  const row = outside * REDUCED_OUTER * MIDDLE + central;
  return input + (row * REDUCED_INNER * INNER + inside) * sizeof<X>();
}

/** Sum of the elements of one output; X is the element type, A the sum's. */
// @ts-ignore: decorator
@inline
function sumOf<X, A>(input: usize, index: i32): A {
  const from = firstOf<X>(input, index);
  let sum: A = 0;
  for (let above: i32 = 0; above < REDUCED_OUTER; above++) {
    let at = from + above * STRIDE * sizeof<X>();
    for (let below: i32 = 0; below < REDUCED_INNER; below++) {
      sum += <A>load<X>(at);
      at += INNER * sizeof<X>();
    }
  }
  return sum;
}

// @ts-ignore: decorator
@inline
function storeInt8(to: usize, value: i32): void {
  store<i8>(to, <i8>clamp(value + OUTPUT_ZERO, -128, 127));
}

/** int8, XNNPACK: float32 scale, halves to even. */
export function meanScaled(input: usize, output: usize): void {
  for (let index: i32 = 0; index < OUTPUTS; index++) {
    const sum = sumOf<i8, i32>(input, index) - INPUT_ZERO * COUNT;
    storeInt8(output + index, <i32>nearest<f32>(<f32>sum * SCALE));
  }
}

/** int8, TensorFlow Lite's reference kernel: float32 mean, scaled and biased, halves away. */
export function meanReal(input: usize, output: usize): void {
  for (let index: i32 = 0; index < OUTPUTS; index++) {
    const average = <f32>sumOf<i8, i32>(input, index) / <f32>COUNT;
    const real = min<f32>(max<f32>(average * SCALE + BIAS, -REAL_LIMIT), REAL_LIMIT);
    storeInt8(output + index, <i32>(<f64>real + copysign<f64>(0.5, <f64>real)));
  }
}

/** int8, TensorFlow Lite where input and output are quantised alike. */
export function meanTruncated(input: usize, output: usize): void {
  for (let index: i32 = 0; index < OUTPUTS; index++) {
    store<i8>(output + index, <i8>(sumOf<i8, i32>(input, index) / COUNT));
  }
}

/** int8, TensorFlow Lite Micro: 1 / COUNT is part of the multiplier. */
export function meanFixed(input: usize, output: usize): void {
  for (let index: i32 = 0; index < OUTPUTS; index++) {
    const sum = sumOf<i8, i32>(input, index) - INPUT_ZERO * COUNT;
    storeInt8(output + index, requantize(sum, MANTISSA, SHIFT, true));
  }
}

/** float32. */
export function meanFloat(input: usize, output: usize): void {
  for (let index: i32 = 0; index < OUTPUTS; index++) {
    store<f32>(output + index * 4, sumOf<f32, f32>(input, index) / <f32>COUNT);
  }
}

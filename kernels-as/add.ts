/**
 * add: element by element in output order, four nested loops with a stride for each operand (0
 * repeats it). toolchain/ops/add.ts says which entry is whose arithmetic. A constant operand comes
 * second and is pulled into scratch whole.
 */
import { weights } from "./abi";
import { clamp, requantize } from "./requantize";

export const SIZE_0: i32 = 1;
export const SIZE_1: i32 = 1;
export const SIZE_2: i32 = 1;
export const SIZE_3: i32 = 6;
export const STRIDE_A0: i32 = 0;
export const STRIDE_A1: i32 = 0;
export const STRIDE_A2: i32 = 0;
export const STRIDE_A3: i32 = 1;
export const STRIDE_B0: i32 = 0;
export const STRIDE_B1: i32 = 0;
export const STRIDE_B2: i32 = 0;
export const STRIDE_B3: i32 = 1;
export const MULTIPLIER_A: i32 = 1048576;
export const MULTIPLIER_B: i32 = 1048576;
export const BIAS: i32 = 0;
export const MANTISSA_A: i64 = 1073741824;
export const SHIFT_A: i32 = 0;
export const ZERO_A: i32 = 0;
export const MANTISSA_B: i64 = 1073741824;
export const SHIFT_B: i32 = 0;
export const ZERO_B: i32 = 0;
export const MANTISSA: i64 = 1073741824;
export const SHIFT: i32 = 20;
export const OUTPUT_ZERO: i32 = 0;
export const OUTPUT_MIN: i32 = -128;
export const OUTPUT_MAX: i32 = 127;
export const OUTPUT_LOW: f32 = -Infinity;
export const OUTPUT_HIGH: f32 = Infinity;
/** Size of a constant second operand. */
export const CONSTANT_BYTES: i32 = 6;

const SHARED: i32 = 0;
const RESCALED: i32 = 1;
const WHOLE: i32 = 2;
/** Inputs are scaled by 2^20 before gemmlowp's multiplications. */
const LEFT_SHIFT: i64 = 20;

/** XNNPACK: both inputs times a multiplier of their own, one shift, halves up. */
// @ts-ignore: decorator
@inline
function sharedShift(x: i32, y: i32): i32 {
  return (x * MULTIPLIER_A + y * MULTIPLIER_B + BIAS) >> SHIFT;
}

/** gemmlowp: both inputs to a common scale, then their sum to the output's. */
// @ts-ignore: decorator
@inline
function rescaled(x: i32, y: i32): i32 {
  const a = requantize(<i64>(x - ZERO_A) << LEFT_SHIFT, MANTISSA_A, SHIFT_A, true);
  const b = requantize(<i64>(y - ZERO_B) << LEFT_SHIFT, MANTISSA_B, SHIFT_B, true);
  return requantize(a + b, MANTISSA, SHIFT, true);
}

/** One element of type X; `rule` is a constant wherever this is called. */
// @ts-ignore: decorator
@inline
function addElement<X>(a: usize, b: usize, to: usize, rule: i32): void {
  const x = load<X>(a);
  const y = load<X>(b);
  if (isFloat<X>()) {
    store<f32>(to, min<f32>(max<f32>(<f32>x + <f32>y, OUTPUT_LOW), OUTPUT_HIGH));
  } else if (rule == WHOLE) {
    store<X>(to, <X>clamp(<i32>x + <i32>y, OUTPUT_MIN, OUTPUT_MAX));
  } else {
    const sum = rule == SHARED ? sharedShift(<i32>x, <i32>y) : rescaled(<i32>x, <i32>y);
    store<X>(to, <X>clamp(sum + OUTPUT_ZERO, OUTPUT_MIN, OUTPUT_MAX));
  }
}

// @ts-ignore: decorator
@inline
function addAll<X>(a: usize, b: usize, output: usize, rule: i32): void {
  let to = output;
  for (let i: i32 = 0; i < SIZE_0; i++) {
    for (let j: i32 = 0; j < SIZE_1; j++) {
      for (let k: i32 = 0; k < SIZE_2; k++) {
        let x = a + (i * STRIDE_A0 + j * STRIDE_A1 + k * STRIDE_A2) * sizeof<X>();
        let y = b + (i * STRIDE_B0 + j * STRIDE_B1 + k * STRIDE_B2) * sizeof<X>();
        const end = to + SIZE_3 * sizeof<X>();
        while (to < end) {
          addElement<X>(x, y, to, rule);
          x += STRIDE_A3 * sizeof<X>();
          y += STRIDE_B3 * sizeof<X>();
          to += sizeof<X>();
        }
      }
    }
  }
}

/** int8, XNNPACK's arithmetic. */
export function addShared(a: usize, b: usize, output: usize): void {
  addAll<i8>(a, b, output, SHARED);
}

/** int8, gemmlowp's arithmetic. */
export function addRescaled(a: usize, b: usize, output: usize): void {
  addAll<i8>(a, b, output, RESCALED);
}

/** float32. */
export function addFloat(a: usize, b: usize, output: usize): void {
  addAll<f32>(a, b, output, WHOLE);
}

/** int32: wraps, then clamps. */
export function addInt32(a: usize, b: usize, output: usize): void {
  addAll<i32>(a, b, output, WHOLE);
}

export function addSharedConstant(a: usize, output: usize, b: usize, part: usize): void {
  weights(b, part, CONSTANT_BYTES);
  addAll<i8>(a, b, output, SHARED);
}

export function addRescaledConstant(a: usize, output: usize, b: usize, part: usize): void {
  weights(b, part, CONSTANT_BYTES);
  addAll<i8>(a, b, output, RESCALED);
}

export function addFloatConstant(a: usize, output: usize, b: usize, part: usize): void {
  weights(b, part, CONSTANT_BYTES);
  addAll<f32>(a, b, output, WHOLE);
}

export function addInt32Constant(a: usize, output: usize, b: usize, part: usize): void {
  weights(b, part, CONSTANT_BYTES);
  addAll<i32>(a, b, output, WHOLE);
}

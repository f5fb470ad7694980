/**
 * The AssemblyScript twin of toolchain/numeric/fixed-point.ts: gemmlowp's fixed-point arithmetic,
 * as far as it runs on the device. Intermediate values stay in i64, where nothing overflows; the
 * arguments that softmax gives never reach the reference's saturation.
 */

/** round(a * b / 2^31), halves up. */
// @ts-ignore: decorator
@inline
export function doublingHighMultiply(a: i64, b: i64): i64 {
  return (a * b + (<i64>1 << 30)) >> 31;
}

/** round(value / 2^exponent), halves away from zero. */
// @ts-ignore: decorator
@inline
export function roundingShiftRight(value: i64, exponent: i64): i64 {
  const half = (<i64>1 << exponent) >> 1;
  return (value + half - (exponent > 0 && value < 0 ? 1 : 0)) >> exponent;
}

/** 1 / (1 + x) for x in [0, 1), raw / 2^31: three Newton-Raphson steps from 48/17 - 32/17 half. */
export function reciprocalOfOnePlus(x: i64): i64 {
  const half = (x + (<i64>1 << 31)) >> 1;
  let y: i64 = 1515870810 + doublingHighMultiply(half, -1010580540);
  for (let step: i32 = 0; step < 3; step++) {
    const error = (<i64>1 << 29) - doublingHighMultiply(half, y);
    y += doublingHighMultiply(y, error) << 2;
  }
  return min<i64>(y << 1, 0x7fffffff);
}

/**
 * gemmlowp's fixed-point functions on int32, as TensorFlow Lite Micro's quantised softmax uses them
 * (fixedpoint/fixedpoint.h). A number with i integer bits stands for raw / 2^(31 - i).
 *
 * Constants are computed from the reals they stand for. kernels-as/fixed-point.ts is the twin of
 * what runs on the device; the exponential only fills tables at build time.
 */
import { assert } from "../diagnostics/assert.ts";
import { expFloat64 } from "./exp.ts";
import { roundHalfAway } from "./round.ts";

const INT32_MAX = 2 ** 31 - 1;
const INT32_MIN = -(2 ** 31);

const saturate = (value: number): number => Math.min(Math.max(value, INT32_MIN), INT32_MAX);

/** round(a * b / 2^31), halves up, saturated: SaturatingRoundingDoublingHighMul. */
export function doublingHighMultiply(a: number, b: number): number {
  return saturate(Number((BigInt(a) * BigInt(b) + (1n << 30n)) >> 31n));
}

/** round(value / 2^exponent), halves away from zero: RoundingDivideByPOT. */
export function roundingShiftRight(value: number, exponent: number): number {
  return roundHalfAway(value / 2 ** exponent);
}

/** The raw value of a real with this many integer bits. */
const raw = (real: number, integerBits: number): number =>
  saturate(roundHalfAway(real * 2 ** (31 - integerBits)));

/** exp(a) for a in [-1/4, 0), no integer bits: Taylor's series around -1/8. */
function expOfQuarter(a: number): number {
  const x = a + raw(1 / 8, 0);
  const x2 = doublingHighMultiply(x, x);
  const x3 = doublingHighMultiply(x2, x);
  const x4 = doublingHighMultiply(x2, x2);
  const sum = doublingHighMultiply(roundingShiftRight(x4, 2) + x3, raw(1 / 3, 0));
  const terms = x + roundingShiftRight(sum + x2, 1);
  const factor = raw(expFloat64(-1 / 8), 0);
  return saturate(factor + doublingHighMultiply(factor, terms));
}

const INPUT_BITS = 5;
const FRACTION_BITS = 31 - INPUT_BITS;

/** exp(x) for x <= 0 with 5 integer bits; the result has none. */
export function expOnNegative(x: number): number {
  assert(x <= 0, `expOnNegative of ${x}`);
  if (x === 0) return INT32_MAX;
  const quarter = 2 ** (FRACTION_BITS - 2);
  const fraction = (x & (quarter - 1)) - quarter;
  const remainder = fraction - x;
  let result = expOfQuarter(fraction * 2 ** INPUT_BITS);
  for (let exponent = -2; exponent < INPUT_BITS; exponent++) {
    if ((remainder & (1 << (FRACTION_BITS + exponent))) === 0) continue;
    result = doublingHighMultiply(result, raw(expFloat64(-(2 ** exponent)), 0));
  }
  return result;
}

/** 1 / (1 + x) for x in [0, 1), no integer bits: three Newton-Raphson steps. */
export function reciprocalOfOnePlus(x: number): number {
  const half = Math.trunc((x + INT32_MAX + 1) / 2);
  let y = raw(48 / 17, 2) + doublingHighMultiply(half, raw(-32 / 17, 2));
  for (let step = 0; step < 3; step++) {
    const error = raw(1, 2) - doublingHighMultiply(half, y);
    y += saturate(doublingHighMultiply(y, error) * 4);
  }
  return saturate(y * 2);
}

/**
 * Requantisation folded into few operations: what an int8 kernel does with a finished sum.
 *
 *   one step    v = (sum * scale + constant) >> shift
 *   two steps   y = (sum * scale + constant) >> 31,
 *               v = ((y + half + ((y >> 63) & sign)) >> shift) + outputZero
 *
 * `constant` takes up bias, zero points and rounding. With one rounding (tflite) the first form is
 * an identity. gemmlowp's two roundings (tflm) equal it only where no result between the roundings
 * is negative and kept, as under a fused ReLU; that is proven here by comparing where the exact and
 * the folded function change their value, over every sum the filter can reach. Everything fits in
 * int64 or the folding is refused (null).
 */
import { type Multiplier, type Rounding, requantize } from "./requantize.ts";

/** One output channel's arithmetic, before folding. */
export interface ChannelArithmetic {
  readonly multiplier: Multiplier;
  /** Added to a kernel's sum to give the accumulator: bias and zero-point terms. */
  readonly offset: number;
  /** Least and greatest sum that any input can give. */
  readonly sumMin: number;
  readonly sumMax: number;
  readonly outputZero: number;
  readonly outputMin: number;
  readonly outputMax: number;
}

export interface FoldedStep {
  readonly scale: bigint;
  readonly constant: bigint;
  readonly shift: bigint;
}

export interface FoldedTwoSteps extends FoldedStep {
  readonly half: bigint;
  readonly sign: bigint;
}

const INT64_MAX = (1n << 63n) - 1n;
const magnitude = (value: bigint): bigint => (value < 0n ? -value : value);

function fits({ sumMin, sumMax }: ChannelArithmetic, { scale, constant }: FoldedStep): boolean {
  const sums = [BigInt(sumMin), BigInt(sumMax)];
  return sums.every((sum) => magnitude(sum * scale) + magnitude(constant) <= INT64_MAX);
}

/** The channel always gives its zero point: rounding takes every product to nothing. */
function constantStep(outputZero: number): FoldedStep {
  return { scale: 0n, constant: BigInt(outputZero) << 20n, shift: 20n };
}

function foldOnce(channel: ChannelArithmetic): FoldedStep {
  const { multiplier, offset, outputZero } = channel;
  const shift = BigInt(31 - multiplier.shift);
  const scale = BigInt(multiplier.mantissa);
  const rounding = 1n << (shift - 1n);
  const reach = [channel.sumMin, channel.sumMax].map((sum) => BigInt(sum + offset) * scale);
  if (reach.every((product) => magnitude(product) < rounding)) return constantStep(outputZero);
  const constant = BigInt(offset) * scale + rounding + (BigInt(outputZero) << shift);
  return { scale, constant, shift };
}

/**
 * gemmlowp's two roundings as one shift: right for results that are not negative before zero point.
 */
function foldTwice(channel: ChannelArithmetic): FoldedStep {
  const { multiplier, offset, outputZero } = channel;
  const right = BigInt(Math.max(-multiplier.shift, 0));
  const scale = BigInt(multiplier.mantissa) << BigInt(Math.max(multiplier.shift, 0));
  const shift = 31n + right;
  const rounding = (1n << 30n) + (right > 0n ? 1n << (30n + right) : 0n);
  const constant = BigInt(offset) * scale + rounding + (BigInt(outputZero) << shift);
  return { scale, constant, shift };
}

/**
 * The one-step form, when it gives the contract's bytes for every reachable sum; otherwise null.
 */
export function foldToOneStep(channel: ChannelArithmetic, rounding: Rounding): FoldedStep | null {
  const step = rounding === "tflite" ? foldOnce(channel) : foldTwice(channel);
  if (!fits(channel, step)) return null;
  return rounding === "tflite" || equalsExact(channel, step, rounding) ? step : null;
}

/** The two-step form of gemmlowp's rounding; null when a product needs more than 63 bits. */
export function foldToTwoSteps(channel: ChannelArithmetic): FoldedTwoSteps | null {
  const { multiplier, offset } = channel;
  const shift = BigInt(Math.max(-multiplier.shift, 0));
  const scale = BigInt(multiplier.mantissa) << BigInt(Math.max(multiplier.shift, 0));
  const constant = BigInt(offset) * scale + (1n << 30n);
  const half = shift > 0n ? 1n << (shift - 1n) : 0n;
  const folded = { scale, constant, shift, half, sign: shift > 0n ? -1n : 0n };
  return fits(channel, folded) ? folded : null;
}

/**
 * Both functions never decrease, so they are equal when they reach each output value at the same
 * sum. The folded function's transition to `value` is where sum * scale + constant = value <<
 * shift.
 */
function equalsExact(channel: ChannelArithmetic, step: FoldedStep, rounding: Rounding): boolean {
  const { multiplier, offset, sumMin, sumMax, outputZero, outputMin, outputMax } = channel;
  const exact = (sum: number) => requantize(sum + offset, multiplier, rounding) + outputZero;
  if (step.scale === 0n) return multiplier.mantissa === 0;
  for (let value = outputMin + 1; value <= outputMax; value++) {
    const least = ceilDivide((BigInt(value) << step.shift) - step.constant, step.scale);
    const transition = Math.max(sumMin, Math.min(sumMax + 1, Number(least)));
    if (transition <= sumMax && exact(transition) < value) return false;
    if (transition > sumMin && exact(transition - 1) >= value) return false;
  }
  return true;
}

/** For a positive divisor; BigInt division itself truncates towards zero. */
function ceilDivide(dividend: bigint, divisor: bigint): bigint {
  const quotient = dividend / divisor;
  return dividend > quotient * divisor ? quotient + 1n : quotient;
}

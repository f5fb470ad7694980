/**
 * Seeded randomness for training, augmentation and property tests: Marsaglia's xorshift32.
 * The same seed gives the same sequence on any machine; nothing here reads a clock or Math.random.
 */
import { assert, must } from "../diagnostics/assert.ts";

export interface Random {
  /** The next 32 bits, as an unsigned integer. */
  bits(): number;
  /** An integer from 0 to bound - 1. */
  below(bound: number): number;
  /** A real number in [low, high). */
  uniform(low: number, high: number): number;
}

export function seededRandom(seed: number): Random {
  assert(seed >>> 0 !== 0, "xorshift32 never leaves a zero seed");
  let state = seed >>> 0;
  const bits = () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state;
  };
  return {
    bits,
    below: (bound) => Math.floor((bits() / 2 ** 32) * bound),
    uniform: (low, high) => low + (bits() / 2 ** 32) * (high - low),
  };
}

/** A shuffled copy (Fisher and Yates). */
export function shuffled<T>(items: readonly T[], random: Random): T[] {
  const result = [...items];
  for (let last = result.length - 1; last > 0; last--) {
    const other = random.below(last + 1);
    const moved = must(result[last], "an item of the list");
    result[last] = must(result[other], "an item of the list");
    result[other] = moved;
  }
  return result;
}

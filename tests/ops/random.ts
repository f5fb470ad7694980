/** Seeded values for tests: xorshift32, as the recorded goldens use it; the same everywhere. */
export type Random = () => number;

/** A generator of unsigned 32-bit integers. */
export function xorshift32(seed: number): Random {
  let state = seed >>> 0 || 1;
  return () => {
    state = (state ^ (state << 13)) >>> 0;
    state = (state ^ (state >>> 17)) >>> 0;
    state = (state ^ (state << 5)) >>> 0;
    return state;
  };
}

/** A real number in [0, 1). */
export function fraction(random: Random): number {
  return random() / 2 ** 32;
}

/** An integer in [low, high]. */
export function between(random: Random, low: number, high: number): number {
  return low + Math.floor(fraction(random) * (high - low + 1));
}

/** Rounding as C's round() does it: halves go away from zero. Math.round sends them up. */
export function roundHalfAway(value: number): number {
  return Math.sign(value) * Math.floor(Math.abs(value) + 0.5);
}

/** Rounding as IEEE 754 does it, and Wasm's `nearest`: halves go to the even neighbour. */
export function roundHalfEven(value: number): number {
  const up = Math.round(value);
  return up - value === 0.5 && up % 2 !== 0 ? up - 1 : up;
}

/**
 * Totals of columns that stay in memory from row to row: row-totals.ts adds to them, pool2d.ts and
 * reduce.ts make outputs of them.
 *
 * Zero bytes have to be the totals of nothing. So a total is kept as the bits by which it differs
 * from its rule's neutral element: the least number of a maximum, -0 of a sum of floats.
 */

/** A 32-bit word a column. */
export const WORDS: i32 = 0;
/** The largest or smallest int8: a byte a column. */
export const BYTES: i32 = 1;
/** Sums of int8 + 128: 16 bits a column, of eight columns the even ones before the odd ones. */
export const LANES: i32 = 2;

/** The total of a column, of `count` elements. */
// @ts-ignore: decorator
@inline
export function keptTotal<A>(totals: usize, column: i32, kept: i32, neutral: i32, count: i32): A {
  if (kept == LANES) {
    const at = totals + ((column & ~7) << 1) + ((column & 1) << 3) + (column & 6);
    return <A>(<i32>load<u16>(at) - (count << 7));
  }
  if (kept == BYTES) return <A>(<i32><i8>(load<u8>(totals + column) ^ <u8>neutral));
  const bits = load<i32>(totals + (column << 2)) ^ neutral;
  if (isFloat<A>()) return <A>reinterpret<f32>(bits);
  return <A>bits;
}

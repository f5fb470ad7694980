/**
 * The end of a packed int8 sum, as toolchain/numeric/folded.ts prepares it: one multiplication, one
 * addition and one shift, or gemmlowp's second rounding after them; then the output's range.
 */

/** `twice` is a compile-time constant; half and sign matter only with it. */
// @ts-ignore: decorator
@inline
export function finishFolded(
  sum: i64,
  scale: i64,
  constant: i64,
  shift: i64,
  half: i64,
  sign: i64,
  twice: bool,
  zero: i64,
  low: i64,
  high: i64,
): i32 {
  let v = sum * scale + constant;
  if (twice) {
    v >>= 31;
    v = ((v + half + ((v >> 63) & sign)) >> shift) + zero;
  } else {
    v >>= shift;
  }
  return <i32>min<i64>(max<i64>(v, low), high);
}

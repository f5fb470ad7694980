/**
 * float32 arithmetic on positive numbers with integers only, so that an int8 kernel whose contract
 * rounds in float32 also runs where the runtime has no floating point. Numbers are IEEE 754 bit
 * patterns without sign; rounding is to nearest, halves to even, as the hardware's.
 */

const HIDDEN: u32 = 1 << 23;

/** Biased exponent; a subnormal number has that of the smallest normal one. */
// @ts-ignore: decorator
@inline
export function exponentOf(bits: u32): i32 {
  return <i32>max<u32>(bits >> 23, 1);
}

/** The 24-bit significand: the number is significand * 2^(exponent - 150). */
// @ts-ignore: decorator
@inline
export function significandOf(bits: u32): u64 {
  const fraction = bits & (HIDDEN - 1);
  return bits >> 23 == 0 ? fraction : fraction | HIDDEN;
}

/** value / 2^shift, to nearest, halves to even. */
// @ts-ignore: decorator
@inline
export function roundShift(value: u64, shift: u64): u64 {
  const quotient = value >> shift;
  const rest = value - (quotient << shift);
  const half = <u64>1 << (shift - 1);
  return rest > half || (rest == half && (quotient & 1) == 1) ? quotient + 1 : quotient;
}

/**
 * a + b; finite, and so small that the sum is too. 26 places below the larger significand are
 * enough: a number so small that it loses bits there is less than half of the last place.
 */
export function addPositive(a: u32, b: u32): u32 {
  const large = max<u32>(a, b);
  const small = min<u32>(a, b);
  const distance = <u64>min<i32>(exponentOf(large) - exponentOf(small), 50);
  const sum = (significandOf(large) << 26) + ((significandOf(small) << 26) >> distance);
  const carry: u64 = sum >> 50 != 0 ? 1 : 0;
  const rounded = roundShift(sum, 26 + carry);
  // The significand's hidden bit counts one into the exponent; a rounding carry does so by itself.
  return ((<u32>exponentOf(large) + <u32>carry - 1) << 23) + <u32>rounded;
}

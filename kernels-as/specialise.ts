/**
 * The two marks a kernel carries for the specialiser (toolchain/compile/specialiser.ts). Under
 * plain asc they are what they look like: an array, and the number itself.
 */

/** A fixed-size array whose elements become locals; every index must be a compile-time constant. */
// @ts-ignore: decorator
@inline
export function registers<T>(n: i32): StaticArray<T> {
  return new StaticArray<T>(n);
}

/** Marks a loop bound: the loop is written out, one copy of its body for each value. */
// @ts-ignore: decorator
@inline
export function unroll(n: i32): i32 {
  return n;
}

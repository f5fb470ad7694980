/**
 * The AssemblyScript twin of toolchain/numeric/requantize.ts: int32 accumulator to output scale.
 * `twice` is a compile-time constant, so that only one of the two roundings is in the module.
 * mantissa is Q31 and shift the binary exponent: factor = mantissa * 2^(shift - 31).
 */

/** Scales by a quantised factor; twice = false rounds once, halves up, twice = true as gemmlowp. */
// @ts-ignore: decorator
@inline
export function requantize(accumulator: i64, mantissa: i64, shift: i32, twice: bool): i32 {
  if (!twice) {
    const right = <i64>(31 - shift);
    return <i32>((accumulator * mantissa + (<i64>1 << (right - 1))) >> right);
  }
  const left = <i64>max(shift, 0);
  const right = <i64>max(-shift, 0);
  const high = (<i64>(<i32>(accumulator << left)) * mantissa + (1 << 30)) >> 31;
  const half = right > 0 ? <i64>1 << (right - 1) : 0;
  const below = right > 0 && high < 0 ? <i64>1 : 0;
  return <i32>((high + half - below) >> right);
}

/** Limits a value to an output range. */
// @ts-ignore: decorator
@inline
export function clamp(value: i32, low: i32, high: i32): i32 {
  return min(max(value, low), high);
}

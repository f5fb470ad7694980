/**
 * The AssemblyScript twin of expFloat32 in toolchain/numeric/exp.ts: exp(x) for x <= 0 in float32
 * arithmetic, the same operations in the same order, so the same bits.
 */
const LOG2_E: f32 = 1.4426950408889634;
const LN2_HIGH: f32 = 0.693359375;
const LN2_LOW: f32 = -2.1219444005469057e-4;
const SMALLEST: f32 = -87;

/** exp(x); 0 where the result would be subnormal, and of NaN, which must not trap. */
export function exp(x: f32): f32 {
  if (!(x >= SMALLEST)) return 0;
  const n = nearest<f32>(x * LOG2_E);
  const r = x - n * LN2_HIGH - n * LN2_LOW;
  let series: f32 = 1.0 / 5040.0;
  series = series * r + <f32>(1.0 / 720.0);
  series = series * r + <f32>(1.0 / 120.0);
  series = series * r + <f32>(1.0 / 24.0);
  series = series * r + <f32>(1.0 / 6.0);
  series = series * r + <f32>0.5;
  series = series * r + <f32>1.0;
  series = series * r + <f32>1.0;
  return series * reinterpret<f32>((<i32>n + 127) << 23);
}

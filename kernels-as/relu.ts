/** relu, float32: a clamp. The int8 operator runs in lookup.ts or rescale.ts. */
export const ELEMENTS: i32 = 6;
export const OUTPUT_LOW: f32 = 0;
export const OUTPUT_HIGH: f32 = Infinity;

export function relu(input: usize, output: usize): void {
  for (let at: i32 = 0; at < ELEMENTS * 4; at += 4) {
    store<f32>(output + at, min<f32>(max<f32>(load<f32>(input + at), OUTPUT_LOW), OUTPUT_HIGH));
  }
}

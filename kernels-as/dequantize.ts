/** dequantize: int8 to float32. The difference is exact, so the product rounds once. */
export const ELEMENTS: i32 = 6;
export const SCALE: f32 = 1;
export const INPUT_ZERO: i32 = 0;

export function dequantize(input: usize, output: usize): void {
  for (let i: i32 = 0; i < ELEMENTS; i++) {
    const value = <i32>load<i8>(input + i) - INPUT_ZERO;
    store<f32>(output + i * 4, <f32>value * SCALE);
  }
}

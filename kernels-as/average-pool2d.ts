/**
 * average_pool2d: the mean of the elements of each window that lie inside the input, halves away
 * from zero. One output element at a time, in memory order; windows are clipped once a pixel.
 */
import { clamp } from "./requantize";

export const BATCH: i32 = 1;
export const INPUT_HEIGHT: i32 = 5;
export const INPUT_WIDTH: i32 = 4;
export const INPUT_CHANNELS: i32 = 3;
export const OUTPUT_HEIGHT: i32 = 3;
export const OUTPUT_WIDTH: i32 = 2;
export const OUTPUT_CHANNELS: i32 = 3;
export const KERNEL_HEIGHT: i32 = 3;
export const KERNEL_WIDTH: i32 = 3;
export const STRIDE_Y: i32 = 2;
export const STRIDE_X: i32 = 2;
export const DILATION_Y: i32 = 1;
export const DILATION_X: i32 = 1;
export const PAD_TOP: i32 = 1;
export const PAD_LEFT: i32 = 1;
export const OUTPUT_MIN: i32 = -128;
export const OUTPUT_MAX: i32 = 127;
export const OUTPUT_LOW: f32 = -Infinity;
export const OUTPUT_HIGH: f32 = Infinity;

/** Bytes of one row of the input. */
const ROW: i32 = INPUT_WIDTH * INPUT_CHANNELS;

/** Sum of one channel's elements in a clipped window; X is the element type, A the sum's. */
// @ts-ignore: decorator
@inline
function windowSum<X, A>(from: usize, rows: i32, columns: i32): A {
  let sum: A = 0;
  for (let y: i32 = 0; y < rows; y++) {
    let at = from + y * ROW * sizeof<X>();
    const end = at + columns * INPUT_CHANNELS * sizeof<X>();
    for (; at < end; at += INPUT_CHANNELS * sizeof<X>()) sum += <A>load<X>(at);
  }
  return sum;
}

/** int8. */
export function averagePool2d(input: usize, output: usize): void {
  let to = output;
  for (let row: i32 = 0; row < BATCH * OUTPUT_HEIGHT; row++) {
    const image = row / OUTPUT_HEIGHT * INPUT_HEIGHT;
    const top = row % OUTPUT_HEIGHT * STRIDE_Y - PAD_TOP;
    const firstRow = max(top, 0);
    const rows = min(top + KERNEL_HEIGHT, INPUT_HEIGHT) - firstRow;
    for (let x: i32 = 0; x < OUTPUT_WIDTH; x++) {
      const left = x * STRIDE_X - PAD_LEFT;
      const firstColumn = max(left, 0);
      const columns = min(left + KERNEL_WIDTH, INPUT_WIDTH) - firstColumn;
      let from = input + (image + firstRow) * ROW + firstColumn * INPUT_CHANNELS;
      for (let channel: i32 = 0; channel < INPUT_CHANNELS; channel++) {
        const sum = windowSum<i8, i32>(from, rows, columns);
        const count = rows * columns;
        const half = count >> 1;
        const mean = (sum + (sum > 0 ? half : -half)) / count;
        store<i8>(to, <i8>clamp(mean, OUTPUT_MIN, OUTPUT_MAX));
        from += 1;
        to += 1;
      }
    }
  }
}

/** float32; sums in the reference's order, so it gives the reference's bits. */
export function averagePool2dFloat(input: usize, output: usize): void {
  let to = output;
  for (let row: i32 = 0; row < BATCH * OUTPUT_HEIGHT; row++) {
    const image = row / OUTPUT_HEIGHT * INPUT_HEIGHT;
    const top = row % OUTPUT_HEIGHT * STRIDE_Y - PAD_TOP;
    const firstRow = max(top, 0);
    const rows = min(top + KERNEL_HEIGHT, INPUT_HEIGHT) - firstRow;
    for (let x: i32 = 0; x < OUTPUT_WIDTH; x++) {
      const left = x * STRIDE_X - PAD_LEFT;
      const firstColumn = max(left, 0);
      const columns = min(left + KERNEL_WIDTH, INPUT_WIDTH) - firstColumn;
      let from = input + ((image + firstRow) * ROW + firstColumn * INPUT_CHANNELS) * 4;
      for (let channel: i32 = 0; channel < INPUT_CHANNELS; channel++) {
        const mean = windowSum<f32, f32>(from, rows, columns) / <f32>(rows * columns);
        store<f32>(to, min<f32>(max<f32>(mean, OUTPUT_LOW), OUTPUT_HIGH));
        from += 4;
        to += 4;
      }
    }
  }
}

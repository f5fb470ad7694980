/**
 * conv2d, plain form: one output channel at a time, its filter in the tile, all pixels, taps
 * clipped to the input. Weights are read once a run.
 *
 * A channel's record in the weights section, int8: mantissa, shift, bias (i32 each), then the
 * filter [height, width, inputChannels]; float32: bias, then the filter. RECORD is its size in
 * bytes. INPUT_ZERO is 0 where the bias has absorbed the zero point, as it can without padding.
 */
import { weights } from "./abi";
import { clamp, requantize } from "./requantize";
import { endTap, firstTap } from "./window";

export const BATCH: i32 = 1;
export const INPUT_HEIGHT: i32 = 5;
export const INPUT_WIDTH: i32 = 4;
export const INPUT_CHANNELS: i32 = 3;
export const OUTPUT_HEIGHT: i32 = 5;
export const OUTPUT_WIDTH: i32 = 4;
export const OUTPUT_CHANNELS: i32 = 7;
export const KERNEL_HEIGHT: i32 = 3;
export const KERNEL_WIDTH: i32 = 3;
export const STRIDE_Y: i32 = 1;
export const STRIDE_X: i32 = 1;
export const DILATION_Y: i32 = 1;
export const DILATION_X: i32 = 1;
export const PAD_TOP: i32 = 1;
export const PAD_LEFT: i32 = 1;
export const RECORD: i32 = 40;
export const INPUT_ZERO: i32 = 0;
export const OUTPUT_ZERO: i32 = 0;
export const OUTPUT_MIN: i32 = -128;
export const OUTPUT_MAX: i32 = 127;
export const TWICE: i32 = 0;
export const OUTPUT_LOW: f32 = -Infinity;
export const OUTPUT_HIGH: f32 = Infinity;

/** Sum of the products of one window; X is the element type, A the accumulator's. */
// @ts-ignore: decorator
@inline
function windowSum<X, A>(image: usize, filter: usize, y: i32, x: i32): A {
  const top = y * STRIDE_Y - PAD_TOP;
  const left = x * STRIDE_X - PAD_LEFT;
  const firstColumn = firstTap(left, DILATION_X);
  const endColumn = endTap(left, DILATION_X, KERNEL_WIDTH, INPUT_WIDTH);
  const endRow = endTap(top, DILATION_Y, KERNEL_HEIGHT, INPUT_HEIGHT);
  let sum: A = 0;
  for (let ky = firstTap(top, DILATION_Y); ky < endRow; ky++) {
    for (let kx = firstColumn; kx < endColumn; kx++) {
      const pixel = (top + ky * DILATION_Y) * INPUT_WIDTH + left + kx * DILATION_X;
      let from = image + pixel * INPUT_CHANNELS * sizeof<X>();
      let weight = filter + (ky * KERNEL_WIDTH + kx) * INPUT_CHANNELS * sizeof<X>();
      const end = from + INPUT_CHANNELS * sizeof<X>();
      while (from < end) {
        sum += (<A>load<X>(from) - <A>INPUT_ZERO) * <A>load<X>(weight);
        from += sizeof<X>();
        weight += sizeof<X>();
      }
    }
  }
  return sum;
}

/** int8. */
export function conv2dLoop(input: usize, output: usize, tile: usize, part: usize): void {
  for (let channel: i32 = 0; channel < OUTPUT_CHANNELS; channel++) {
    weights(tile, part + channel * RECORD, RECORD);
    const mantissa = <i64>load<u32>(tile);
    const shift = load<i32>(tile + 4);
    const bias = load<i32>(tile + 8);
    let to = output + channel;
    for (let batch: i32 = 0; batch < BATCH; batch++) {
      const image = input + batch * (INPUT_HEIGHT * INPUT_WIDTH * INPUT_CHANNELS);
      for (let y: i32 = 0; y < OUTPUT_HEIGHT; y++) {
        for (let x: i32 = 0; x < OUTPUT_WIDTH; x++) {
          const sum = windowSum<i8, i32>(image, tile + 12, y, x) + bias;
          const scaled = requantize(sum, mantissa, shift, TWICE != 0) + OUTPUT_ZERO;
          store<i8>(to, <i8>clamp(scaled, OUTPUT_MIN, OUTPUT_MAX));
          to += OUTPUT_CHANNELS;
        }
      }
    }
  }
}

/** float32; sums in the reference's order, so it gives the reference's bits. */
export function conv2dFloat(input: usize, output: usize, tile: usize, part: usize): void {
  for (let channel: i32 = 0; channel < OUTPUT_CHANNELS; channel++) {
    weights(tile, part + channel * RECORD, RECORD);
    const bias = load<f32>(tile);
    let to = output + channel * 4;
    for (let batch: i32 = 0; batch < BATCH; batch++) {
      const image = input + batch * (INPUT_HEIGHT * INPUT_WIDTH * INPUT_CHANNELS * 4);
      for (let y: i32 = 0; y < OUTPUT_HEIGHT; y++) {
        for (let x: i32 = 0; x < OUTPUT_WIDTH; x++) {
          const sum = windowSum<f32, f32>(image, tile + 4, y, x) + bias;
          store<f32>(to, min<f32>(max<f32>(sum, OUTPUT_LOW), OUTPUT_HIGH));
          to += OUTPUT_CHANNELS * 4;
        }
      }
    }
  }
}

/**
 * depthwise_conv2d, int8, 3x3: one channel plane at a time, a window's three columns packed.
 *
 * A column of three pixels shares an i64 (lanes of 22 bits: x0 + x1 * 2^22 + x2 * 2^44) and meets
 * the column's weights packed the other way round, so the top lane of one product is the column's
 * sum of products; three products make a window. START keeps the lower lanes from borrowing.
 * Columns slide along the row, each packed once. Rows outside the input are a row of zero points,
 * columns outside one packed constant. Weights are read once a channel.
 */
import { tile } from "./abi";
import { finishFolded } from "./folded";
import { registers, unroll } from "./specialise";

export const INPUT_HEIGHT: i32 = 4;
export const INPUT_WIDTH: i32 = 4;
export const INPUT_CHANNELS: i32 = 2;
export const OUTPUT_HEIGHT: i32 = 4;
export const OUTPUT_WIDTH: i32 = 4;
export const STRIDE_Y: i32 = 1;
/** 1 or 2. */
export const STRIDE_X: i32 = 1;
export const PAD_TOP: i32 = 1;
/** 0 or 1. */
export const PAD_LEFT: i32 = 1;
/** Output columns whose window ends inside the row; at most one more follows. */
export const INSIDE: i32 = 3;
/** 1: the two roundings of gemmlowp; 0: one multiply, add and shift. */
export const TWO_STEP: i32 = 0;
export const INPUT_ZERO: i32 = 0;
export const OUTPUT_ZERO: i32 = 0;
export const OUTPUT_MIN: i32 = -128;
export const OUTPUT_MAX: i32 = 127;

const KERNEL: i32 = 3;
const START: i64 = (1 << 21) + (1 << 43);
const ROW: i32 = INPUT_WIDTH * INPUT_CHANNELS;
const WORDS: i32 = TWO_STEP == 1 ? 5 : 3;
/** Bytes of one channel's part of the weights section. */
const CHANNEL: i32 = KERNEL * 3 + WORDS * 8;

export function depthwisePacked(
  input: usize,
  output: usize,
  zeroRow: usize,
  words: usize,
  section: usize,
): void {
  memory.fill(zeroRow, <u8>INPUT_ZERO, ROW - INPUT_CHANNELS + 1);
  for (let channel: i32 = 0; channel < INPUT_CHANNELS; channel++) {
    tile(words, section + channel * CHANNEL, KERNEL, 22, WORDS * 8);
    plane(input + channel, output + channel, zeroRow, words);
  }
}

/** One channel of the whole image. */
function plane(input: usize, output: usize, zeroRow: usize, words: usize): void {
  const w = registers<i64>(KERNEL);
  const q = registers<i64>(5);
  for (let k: i32 = 0; k < unroll(KERNEL); k++) w[k] = load<i64>(words + k * 8);
  for (let k: i32 = 0; k < unroll(WORDS); k++) q[k] = load<i64>(words + (KERNEL + k) * 8);
  let o = output;
  for (let y: i32 = 0; y < OUTPUT_HEIGHT; y++) {
    const top = y * STRIDE_Y - PAD_TOP;
    let r0 = rowAt(input, zeroRow, top);
    let r1 = rowAt(input, zeroRow, top + 1);
    let r2 = rowAt(input, zeroRow, top + 2);
    let left = column(INPUT_ZERO, INPUT_ZERO, INPUT_ZERO);
    let middle = left;
    let next: i32 = 0;
    if (PAD_LEFT == 0) {
      left = columnAt(r0, r1, r2, 0);
      next += INPUT_CHANNELS;
    }
    if (STRIDE_X == 1) {
      middle = columnAt(r0, r1, r2, next);
      next += INPUT_CHANNELS;
    }
    r0 += next;
    r1 += next;
    r2 += next;
    for (let x: i32 = 0; x < INSIDE; x++) {
      if (STRIDE_X == 2) middle = columnAt(r0, r1, r2, 0);
      const right = columnAt(r0, r1, r2, (STRIDE_X - 1) * INPUT_CHANNELS);
      const sum = (left * w[0] + middle * w[1] + right * w[2] + START) >> 44;
      store<i8>(o, finish(sum, q[0], q[1], q[2], q[3], q[4]));
      left = STRIDE_X == 1 ? middle : right;
      middle = right;
      o += INPUT_CHANNELS;
      r0 += STRIDE_X * INPUT_CHANNELS;
      r1 += STRIDE_X * INPUT_CHANNELS;
      r2 += STRIDE_X * INPUT_CHANNELS;
    }
    if (INSIDE < OUTPUT_WIDTH) {
      if (STRIDE_X == 2) middle = columnAt(r0, r1, r2, 0);
      const right = column(INPUT_ZERO, INPUT_ZERO, INPUT_ZERO);
      const sum = (left * w[0] + middle * w[1] + right * w[2] + START) >> 44;
      store<i8>(o, finish(sum, q[0], q[1], q[2], q[3], q[4]));
      o += INPUT_CHANNELS;
    }
  }
}

/** Where row `y` of the plane begins; outside the image, the row of zero points. */
// @ts-ignore: decorator
@inline
function rowAt(input: usize, zeroRow: usize, y: i32): usize {
  return y >= 0 && y < INPUT_HEIGHT ? input + y * ROW : zeroRow;
}

// @ts-ignore: decorator
@inline
function column(x0: i64, x1: i64, x2: i64): i64 {
  return x0 + (x1 << 22) + (x2 << 44);
}

// @ts-ignore: decorator
@inline
function columnAt(r0: usize, r1: usize, r2: usize, offset: i32): i64 {
  return column(load<i8>(r0 + offset), load<i8>(r1 + offset), load<i8>(r2 + offset));
}

// @ts-ignore: decorator
@inline
function finish(sum: i64, q0: i64, q1: i64, q2: i64, q3: i64, q4: i64): i8 {
  const twice = TWO_STEP == 1;
  return <i8>(
    finishFolded(sum, q0, q1, q2, q3, q4, twice, OUTPUT_ZERO, OUTPUT_MIN, OUTPUT_MAX)
  );
}

/**
 * depthwise_conv2d, int8, 3x3, any width: one channel plane at a time, a window's columns packed.
 *
 * A column of three pixels shares an i64 (lanes of 22 bits: x0 + x1 * 2^22 + x2 * 2^44) and meets
 * the column's weights packed the other way round, so the top lane of one product is the column's
 * sum of products; three products make a window. START keeps the lower lanes from borrowing.
 * Columns slide along the row, each packed once: they take turns in three locals, so that nothing
 * moves. Rows outside the input are a row of zero points, columns outside one packed constant.
 * Weights are read once a channel. Reads run ahead of writes as
 * toolchain/ops/forms/depthwise-slide.ts states, so that the output may lie over the input.
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
/** Output columns written out in the body of the loop along a row; 0: the row has no loop. */
export const BLOCK: i32 = 3;
/** 1: the last window of a row ends one column outside it. */
export const EDGE: i32 = 1;
/** 1: the two roundings of gemmlowp; 0: one multiply, add and shift. */
export const TWO_STEP: i32 = 0;
export const INPUT_ZERO: i32 = 0;
export const OUTPUT_ZERO: i32 = 0;
export const OUTPUT_MIN: i32 = -128;
export const OUTPUT_MAX: i32 = 127;

const KERNEL: i32 = 3;
const START: i64 = (1 << 21) + (1 << 43);
const ROW: i32 = INPUT_WIDTH * INPUT_CHANNELS;
const OUTPUT_ROW: i32 = OUTPUT_WIDTH * INPUT_CHANNELS;
const WORDS: i32 = TWO_STEP == 1 ? 5 : 3;
/** Bytes of one channel's part of the weights section. */
const CHANNEL: i32 = KERNEL * 3 + WORDS * 8;
/** Blocks of a row that never touch its edge, and the output columns after them. */
const BLOCKS: i32 = BLOCK == 0 ? 0 : (OUTPUT_WIDTH - EDGE) / BLOCK;
const REST: i32 = OUTPUT_WIDTH - BLOCKS * BLOCK;
/** Some window has a row outside the input. */
const READS_OUTSIDE: bool =
  PAD_TOP > 0 || (OUTPUT_HEIGHT - 1) * STRIDE_Y - PAD_TOP + KERNEL > INPUT_HEIGHT;
/** How far the blocks of a row move its pointers. */
const MOVED: i32 = BLOCKS * BLOCK * STRIDE_X * INPUT_CHANNELS;

export function depthwiseSlide(
  input: usize,
  output: usize,
  zeroRow: usize,
  words: usize,
  section: usize,
): void {
  if (READS_OUTSIDE) memory.fill(zeroRow, <u8>INPUT_ZERO, ROW - INPUT_CHANNELS + 1);
  for (let channel: i32 = 0; channel < INPUT_CHANNELS; channel++) {
    tile(words, section + channel * CHANNEL, KERNEL, 22, WORDS * 8);
    plane(input + channel, output + channel, zeroRow, words);
  }
}

/** One channel of the whole image. */
function plane(input: usize, output: usize, zeroRow: usize, words: usize): void {
  const w = registers<i64>(KERNEL);
  const q = registers<i64>(5);
  const u = registers<i64>(KERNEL);
  for (let k: i32 = 0; k < unroll(KERNEL); k++) w[k] = load<i64>(words + k * 8);
  for (let k: i32 = 0; k < unroll(WORDS); k++) q[k] = load<i64>(words + (KERNEL + k) * 8);
  const r = registers<usize>(KERNEL);
  const edge = column(INPUT_ZERO, INPUT_ZERO, INPUT_ZERO);
  let top = -PAD_TOP * ROW;
  for (let k: i32 = 0; k < unroll(KERNEL); k++) {
    r[k] = rowAt(input, zeroRow, top);
    top += ROW;
  }
  let o = output;
  const end = output + OUTPUT_HEIGHT * OUTPUT_ROW;
  do {
    u[0] = PAD_LEFT == 0 ? column(load<i8>(r[0]), load<i8>(r[1]), load<i8>(r[2])) : edge;
    if (STRIDE_X == 1) {
      const at: i32 = (1 - PAD_LEFT) * INPUT_CHANNELS;
      u[1] = column(load<i8>(r[0] + at), load<i8>(r[1] + at), load<i8>(r[2] + at));
    }
    for (let part: i32 = BLOCKS > 0 ? 0 : 1; part < unroll(2); part++) {
      const width: i32 = part == 0 ? BLOCK : REST;
      const rowEnd = o + BLOCKS * BLOCK * INPUT_CHANNELS;
      do {
        for (let x: i32 = 0; x < unroll(width); x++) {
          const first: i32 = STRIDE_X * x;
          for (let k: i32 = KERNEL - STRIDE_X; k < unroll(KERNEL); k++) {
            const at: i32 = (first + k - PAD_LEFT) * INPUT_CHANNELS;
            const last: i32 = part == 1 && x == width - 1 && k == KERNEL - 1 ? 1 : 0;
            u[(first + k) % KERNEL] =
              last * EDGE == 1
                ? edge
                : column(load<i8>(r[0] + at), load<i8>(r[1] + at), load<i8>(r[2] + at));
          }
          const left = u[first % KERNEL] * w[0];
          const middle = u[(first + 1) % KERNEL] * w[1];
          const sum = (left + middle + u[(first + 2) % KERNEL] * w[2] + START) >> 44;
          const to: i32 = x * INPUT_CHANNELS;
          store<i8>(o + to, finish(sum, q[0], q[1], q[2], q[3], q[4]));
        }
        o += width * INPUT_CHANNELS;
        for (let k: i32 = 0; k < unroll((1 - part) * KERNEL); k++) {
          r[k] += width * STRIDE_X * INPUT_CHANNELS;
        }
      } while (part == 0 && o < rowEnd);
    }
    top += max(0, STRIDE_Y - KERNEL) * ROW;
    for (let k: i32 = 0; k < unroll(KERNEL); k++) {
      if (k + STRIDE_Y < KERNEL) {
        r[k] = r[min(k + STRIDE_Y, KERNEL - 1)] - MOVED;
      } else {
        r[k] = rowAt(input, zeroRow, top);
        top += ROW;
      }
    }
  } while (o < end);
}

/** Where the row at `top` bytes of the plane begins; outside the image, the row of zero points. */
// @ts-ignore: decorator
@inline
function rowAt(input: usize, zeroRow: usize, top: i32): usize {
  return <u32>top < <u32>(INPUT_HEIGHT * ROW) ? input + top : zeroRow;
}

// @ts-ignore: decorator
@inline
function column(x0: i64, x1: i64, x2: i64): i64 {
  return x0 + (x1 << 22) + (x2 << 44);
}

// @ts-ignore: decorator
@inline
function finish(sum: i64, q0: i64, q1: i64, q2: i64, q3: i64, q4: i64): i8 {
  const twice = TWO_STEP == 1;
  return <i8>(
    finishFolded(sum, q0, q1, q2, q3, q4, twice, OUTPUT_ZERO, OUTPUT_MIN, OUTPUT_MAX)
  );
}

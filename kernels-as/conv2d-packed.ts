/**
 * conv2d, int8, packed and weight-stationary: three output channels a pass.
 *
 * The weights of three channels share an i64 (lanes of 21 bits), so one multiplication by an input
 * byte serves all three; the packed weights stay in locals while the pass runs over the pixels of a
 * block of output rows. Each lane starts at 2^20 and so never becomes negative; where 128 * sum|w|
 * of a filter reaches 2^20, its taps are split over PARTS accumulators. Input zero point, bias,
 * rounding and output zero point are one constant a channel. The last group overlaps its neighbour,
 * so the channels need not divide by three (but there are at least three).
 *
 * A window of padded rows takes copies of a block's input rows, each once: what two blocks share
 * moves inside the window. No row is read after the block that takes it, so the output may lie over
 * the input (toolchain/ops/forms/conv2d-rows.ts says where). Edges keep the zero point.
 * With more than CHUNK taps the pass runs once a chunk and keeps its accumulators in memory.
 */
import { tile } from "./abi";
import { finishFolded } from "./folded";
import { registers, unroll } from "./specialise";

export const INPUT_HEIGHT: i32 = 4;
export const INPUT_WIDTH: i32 = 4;
export const INPUT_CHANNELS: i32 = 2;
export const OUTPUT_HEIGHT: i32 = 4;
export const OUTPUT_WIDTH: i32 = 4;
export const OUTPUT_CHANNELS: i32 = 4;
export const KERNEL_HEIGHT: i32 = 3;
export const KERNEL_WIDTH: i32 = 3;
export const STRIDE_Y: i32 = 1;
export const STRIDE_X: i32 = 1;
export const DILATION_Y: i32 = 1;
export const DILATION_X: i32 = 1;
export const PAD_TOP: i32 = 1;
export const PAD_LEFT: i32 = 1;
/** Output rows of a block; the weights are pulled once a block. */
export const ROWS: i32 = 4;
/** 1: read through a window of padded rows; 0: no tap lies outside, read the input itself. */
export const WINDOWED: i32 = 1;
/** Taps whose weights are in locals at a time. */
export const CHUNK: i32 = 18;
/** Taps of one pull: as many fit the tile. */
export const PULL: i32 = 18;
/** Accumulators a pixel, and the taps that each of them sums. */
export const PARTS: i32 = 1;
export const PART: i32 = 18;
/** 1: the two roundings of gemmlowp; 0: one multiply, add and shift. */
export const TWO_STEP: i32 = 0;
export const INPUT_ZERO: i32 = 0;
export const OUTPUT_ZERO: i32 = 0;
export const OUTPUT_MIN: i32 = -128;
export const OUTPUT_MAX: i32 = 127;

const LANES: i32 = 3;
const LANE: i64 = 0x1fffff;
const START: i64 = (1 << 20) + (1 << 41) + (1 << 62);
const TAPS: i32 = KERNEL_HEIGHT * KERNEL_WIDTH * INPUT_CHANNELS;
const KERNEL_COLUMNS: i32 = (KERNEL_WIDTH - 1) * DILATION_X + 1;
const WINDOW_COLUMNS: i32 = (OUTPUT_WIDTH - 1) * STRIDE_X + KERNEL_COLUMNS;
const ROW: i32 = (WINDOWED == 1 ? WINDOW_COLUMNS : INPUT_WIDTH) * INPUT_CHANNELS;
/** Columns of padding before the input in a window; it may hold nothing else. */
const MARGIN: i32 = min(PAD_LEFT, WINDOW_COLUMNS);
const COPIED: i32 = min(INPUT_WIDTH, WINDOW_COLUMNS - MARGIN) * INPUT_CHANNELS;
/** Rows of a window that the next one begins with. */
const KEPT: i32 = max(0, (KERNEL_HEIGHT - 1) * DILATION_Y + 1 - STRIDE_Y);
/** i64 words of requantisation constants a channel. */
const WORDS: i32 = TWO_STEP == 1 ? 5 : 3;
/** Bytes of one group's part of the weights section. */
const GROUP: i32 = LANES * (TAPS + WORDS * 8);

export function conv2dPacked(
  input: usize,
  output: usize,
  window: usize,
  weights: usize,
  accumulators: usize,
  section: usize,
): void {
  if (WINDOWED == 1) memory.fill(window, <u8>INPUT_ZERO, windowRows(ROWS) * ROW);
  for (let top: i32 = 0; top < OUTPUT_HEIGHT; top += ROWS) {
    const rows = min(ROWS, OUTPUT_HEIGHT - top);
    let source = input + top * STRIDE_Y * ROW;
    if (WINDOWED == 1) {
      const kept = top == 0 ? 0 : KEPT;
      if (kept > 0) memory.copy(window, window + ROWS * STRIDE_Y * ROW, kept * ROW);
      fillWindow(input, window, top * STRIDE_Y - PAD_TOP, kept, windowRows(rows));
      source = window;
    }
    const block = output + top * OUTPUT_WIDTH * OUTPUT_CHANNELS;
    for (let group: i32 = 0; group < OUTPUT_CHANNELS; group += LANES) {
      const packed = section + (group / LANES) * GROUP;
      const first = min(group, OUTPUT_CHANNELS - LANES);
      threeChannels(source, block + first, weights, accumulators, packed, rows);
    }
  }
}

/** Three output channels of a block of rows. */
function threeChannels(
  source: usize,
  output: usize,
  weights: usize,
  accumulators: usize,
  packed: usize,
  rows: i32,
): void {
  const w = registers<i64>(min(CHUNK, TAPS));
  const acc = registers<i64>(PARTS);
  const scale = registers<i64>(LANES);
  const constant = registers<i64>(LANES);
  const shift = registers<i64>(LANES);
  const half = registers<i64>(LANES * TWO_STEP);
  const sign = registers<i64>(LANES * TWO_STEP);
  for (let t: i32 = 0; t < unroll(TAPS); t += CHUNK) {
    const count: i32 = min(CHUNK, TAPS - t);
    const last: i32 = t + CHUNK >= TAPS ? 1 : 0;
    for (let from: i32 = 0; from < unroll(count); from += PULL) {
      const taps: i32 = min(PULL, count - from);
      const words: i32 = last * (from + PULL >= count ? LANES * WORDS * 8 : 0);
      tile(weights, packed + LANES * (t + from), taps, 21, words);
      for (let k: i32 = 0; k < unroll(taps); k++) w[from + k] = load<i64>(weights + k * 8);
    }
    for (let j: i32 = 0; j < unroll(LANES * last); j++) {
      const words: i32 = ((count - 1) % PULL + 1 + j * WORDS) * 8;
      scale[j] = load<i64>(weights + words);
      constant[j] = load<i64>(weights + words + 8);
      shift[j] = load<i64>(weights + words + 16);
      if (TWO_STEP == 1) half[j] = load<i64>(weights + words + 24);
      if (TWO_STEP == 1) sign[j] = load<i64>(weights + words + 32);
    }
    let slot = accumulators;
    let o = output;
    for (let y: i32 = 0; y < rows; y++) {
      let p = source + y * STRIDE_Y * ROW;
      const rowEnd = o + OUTPUT_WIDTH * OUTPUT_CHANNELS;
      do {
        for (let q: i32 = 0; q < unroll(PARTS); q++) {
          acc[q] = t == 0 ? START : load<i64>(slot + q * 8);
        }
        for (let k: i32 = 0; k < unroll(count); k++) {
          const pixel: i32 = (t + k) / INPUT_CHANNELS;
          const row: i32 = (pixel / KERNEL_WIDTH) * DILATION_Y * ROW;
          const column: i32 = (pixel % KERNEL_WIDTH) * DILATION_X * INPUT_CHANNELS;
          const channel: i32 = (t + k) % INPUT_CHANNELS;
          acc[(t + k) / PART] += i64(load<i8>(p + (row + column + channel))) * w[k];
        }
        for (let q: i32 = 0; q < unroll(PARTS * (1 - last)); q++) store<i64>(slot + q * 8, acc[q]);
        for (let j: i32 = 0; j < unroll(LANES * last); j++) {
          let lane: i64 = 0;
          for (let q: i32 = 0; q < unroll(PARTS); q++) {
            lane += j == 2 ? acc[q] >>> 42 : (acc[q] >>> (21 * j)) & LANE;
          }
          const h: i64 = TWO_STEP == 1 ? half[j] : 0;
          const n: i64 = TWO_STEP == 1 ? sign[j] : 0;
          store<i8>(o + j, finish(lane, scale[j], constant[j], shift[j], h, n));
        }
        if (CHUNK < TAPS) slot += PARTS * 8;
        o += OUTPUT_CHANNELS;
        p += STRIDE_X * INPUT_CHANNELS;
      } while (o < rowEnd);
    }
  }
}

// @ts-ignore: decorator
@inline
function finish(sum: i64, scale: i64, constant: i64, shift: i64, half: i64, sign: i64): i8 {
  const twice = TWO_STEP == 1;
  const zero: i64 = OUTPUT_ZERO;
  const low: i64 = OUTPUT_MIN;
  return <i8>finishFolded(sum, scale, constant, shift, half, sign, twice, zero, low, OUTPUT_MAX);
}

// @ts-ignore: decorator
@inline
function windowRows(rows: i32): i32 {
  return (rows - 1) * STRIDE_Y + (KERNEL_HEIGHT - 1) * DILATION_Y + 1;
}

/** The window begins with row `top`: copies rows from `first` on, the zero point where none is. */
function fillWindow(input: usize, window: usize, top: i32, first: i32, rows: i32): void {
  for (let y = first; y < rows; y++) {
    const row = window + y * ROW;
    if (top + y >= 0 && top + y < INPUT_HEIGHT) {
      const from = input + (top + y) * INPUT_WIDTH * INPUT_CHANNELS;
      memory.copy(row + MARGIN * INPUT_CHANNELS, from, COPIED);
    } else {
      memory.fill(row, <u8>INPUT_ZERO, ROW);
    }
  }
}

import {
  tile
} from "./abi";
import {
  finishFolded
} from "./folded";
import {
  registers,
  unroll
} from "./specialise";
export const INPUT_HEIGHT: i32 = 2;
export const INPUT_WIDTH: i32 = 2;
export const INPUT_CHANNELS: i32 = 2;
export const OUTPUT_HEIGHT: i32 = 2;
export const OUTPUT_WIDTH: i32 = 2;
export const OUTPUT_CHANNELS: i32 = 3;
export const KERNEL_HEIGHT: i32 = 1;
export const KERNEL_WIDTH: i32 = 1;
export const STRIDE_Y: i32 = 1;
export const STRIDE_X: i32 = 1;
export const DILATION_Y: i32 = 1;
export const DILATION_X: i32 = 1;
export const PAD_TOP: i32 = 0;
export const PAD_LEFT: i32 = 0;
export const ROWS: i32 = 2;
export const WINDOWED: i32 = 0;
export const CHUNK: i32 = 2;
export const PULL: i32 = 18;
export const PARTS: i32 = 1;
export const PART: i32 = 2;
export const TWO_STEP: i32 = 0;
export const INPUT_ZERO: i32 = 0;
export const OUTPUT_ZERO: i32 = 0;
export const OUTPUT_MIN: i32 = -128;
export const OUTPUT_MAX: i32 = 127;
const LANES: i32 = 3;
const LANE: i64 = 2097151;
const START: i64 = (1 << 20) + (1 << 41) + (1 << 62);
const TAPS: i32 = KERNEL_HEIGHT * KERNEL_WIDTH * INPUT_CHANNELS;
const KERNEL_COLUMNS: i32 = (KERNEL_WIDTH - 1) * DILATION_X + 1;
const WINDOW_COLUMNS: i32 = (OUTPUT_WIDTH - 1) * STRIDE_X + KERNEL_COLUMNS;
const ROW: i32 = (WINDOWED == 1 ? WINDOW_COLUMNS : INPUT_WIDTH) * INPUT_CHANNELS;
const MARGIN: i32 = min(PAD_LEFT, WINDOW_COLUMNS);
const COPIED: i32 = min(INPUT_WIDTH, WINDOW_COLUMNS - MARGIN) * INPUT_CHANNELS;
const KEPT: i32 = max(0, (KERNEL_HEIGHT - 1) * DILATION_Y + 1 - STRIDE_Y);
const WORDS: i32 = TWO_STEP == 1 ? 5 : 3;
const GROUP: i32 = LANES * (TAPS + WORDS * 8);
export function conv2dPacked(input: usize, output: usize, window: usize, weights: usize, accumulators: usize, section: usize): void {
  for (let top: i32 = 0; top < 2; top += 2) {
    const rows = min(2, 2 - top);
    let source = input + top * 1 * 4;
    const block = output + top * 2 * 3;
    for (let group: i32 = 0; group < 3; group += 3) {
      const packed = section + (group / 3) * 78;
      const first = min(group, 3 - 3);
      threeChannels(source, block + first, weights, accumulators, packed, rows);
    }
  }
}
function threeChannels(source: usize, output: usize, weights: usize, accumulators: usize, packed: usize, rows: i32): void {
  let w$0: i64 = 0, w$1: i64 = 0;
  let acc$0: i64 = 0;
  let scale$0: i64 = 0, scale$1: i64 = 0, scale$2: i64 = 0;
  let constant$0: i64 = 0, constant$1: i64 = 0, constant$2: i64 = 0;
  let shift$0: i64 = 0, shift$1: i64 = 0, shift$2: i64 = 0;
  {
    tile(weights, packed + 3 * (0 + 0), 2, 21, 72);
    w$0 = load<i64>(weights);
    w$1 = load<i64>(weights, 8);
    scale$0 = load<i64>(weights, 16);
    constant$0 = load<i64>(weights, 24);
    shift$0 = load<i64>(weights, 32);
    scale$1 = load<i64>(weights, 40);
    constant$1 = load<i64>(weights, 48);
    shift$1 = load<i64>(weights, 56);
    scale$2 = load<i64>(weights, 64);
    constant$2 = load<i64>(weights, 72);
    shift$2 = load<i64>(weights, 80);
    let slot = accumulators;
    let o = output;
    for (let y: i32 = 0; y < rows; y++) {
      let p = source + y * 1 * 4;
      const rowEnd = o + 2 * 3;
      do {
        acc$0 = START;
        acc$0 += i64(load<i8>(p)) * w$0;
        acc$0 += i64(load<i8>(p, 1)) * w$1;
        {
          let lane: i64 = 0;
          lane += (acc$0 >>> (21 * 0)) & LANE;
          const h: i64 = 0;
          const n: i64 = 0;
          store<i8>(o, finish(lane, scale$0, constant$0, shift$0, h, n));
        }
        {
          let lane: i64 = 0;
          lane += (acc$0 >>> (21 * 1)) & LANE;
          const h: i64 = 0;
          const n: i64 = 0;
          store<i8>(o, finish(lane, scale$1, constant$1, shift$1, h, n), 1);
        }
        {
          let lane: i64 = 0;
          lane += acc$0 >>> 42;
          const h: i64 = 0;
          const n: i64 = 0;
          store<i8>(o, finish(lane, scale$2, constant$2, shift$2, h, n), 2);
        }
        o += 3;
        p += 1 * 2;
      } while (o < rowEnd);
    }
  }
}
@inline
function finish(sum: i64, scale: i64, constant: i64, shift: i64, half: i64, sign: i64): i8 {
  const twice = 0 == 1;
  const zero: i64 = 0;
  const low: i64 = -128;
  return <i8>finishFolded(sum, scale, constant, shift, half, sign, twice, zero, low, 127);
}
@inline
function windowRows(rows: i32): i32 {
  return (rows - 1) * 1 + (1 - 1) * 1 + 1;
}
function fillWindow(input: usize, window: usize, top: i32, first: i32, rows: i32): void {
  for (let y = first; y < rows; y++) {
    const row = window + y * 4;
    if (top + y >= 0 && top + y < 2) {
      const from = input + (top + y) * 2 * 2;
      memory.copy(row + 0 * 2, from, 4);
    } else {
      memory.fill(row, <u8>0, 4);
    }
  }
}

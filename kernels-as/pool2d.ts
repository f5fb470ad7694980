/**
 * average_pool2d, max_pool2d and l2_pool2d: one output element at a time, in memory order, or eight
 * int8 channels at once. Windows
 * are clipped to the input once a pixel and hold at least one element; inside one, a pointer walks
 * from pixel to pixel. Float sums are in the reference's order, so they give the reference's bits.
 */
import { EVEN, largerBytes, SIGNS } from "./lanes";
import { clamp } from "./requantize";
import { keptTotal } from "./totals";

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
/** How row-totals.ts has kept totals; see totals.ts. */
export const KEPT: i32 = 0;
export const NEUTRAL: i32 = 0;

const AVERAGE: i32 = 0;
const LARGEST: i32 = 1;
const QUADRATIC: i32 = 2;

/** Elements of one row of the input. */
const ROW: i32 = INPUT_WIDTH * INPUT_CHANNELS;

/** What one channel of a clipped window adds up to; X is the element type, A the sum's. */
// @ts-ignore: decorator
@inline
function windowTotal<X, A>(from: usize, rows: i32, columns: i32, rule: i32): A {
  let total: A = rule == LARGEST ? <A>load<X>(from) : 0;
  const width = columns * INPUT_CHANNELS * sizeof<X>();
  let row = from;
  const bottom = from + rows * ROW * sizeof<X>();
  while (row < bottom) {
    let at = row;
    const end = row + width;
    while (at < end) {
      const value = <A>load<X>(at);
      if (rule == AVERAGE) total += value;
      else if (rule == LARGEST) total = max<A>(total, value);
      else total += value * value;
      at += INPUT_CHANNELS * sizeof<X>();
    }
    row += ROW * sizeof<X>();
  }
  return total;
}

/** The output element of a total over `count` elements; integers' halves go away from zero. */
// @ts-ignore: decorator
@inline
function finish<A>(total: A, count: i32, rule: i32): A {
  if (isFloat<A>()) {
    let value = <f32>total;
    if (rule != LARGEST) value /= <f32>count;
    if (rule == QUADRATIC) value = sqrt<f32>(value);
    return <A>min<f32>(max<f32>(value, OUTPUT_LOW), OUTPUT_HIGH);
  }
  if (rule == LARGEST) return <A>clamp(<i32>total, OUTPUT_MIN, OUTPUT_MAX);
  const half = count >> 1;
  const mean = (<i32>total + (<i32>total > 0 ? half : -half)) / count;
  return <A>clamp(mean, OUTPUT_MIN, OUTPUT_MAX);
}

/** The outputs of one pixel whose clipped window starts at `from`. */
// @ts-ignore: decorator
@inline
function poolPixel<X, A>(from: usize, to: usize, rows: i32, columns: i32, rule: i32): void {
  let at = to;
  const end = to + INPUT_CHANNELS * sizeof<X>();
  for (let first = from; at < end; first += sizeof<X>()) {
    const total = windowTotal<X, A>(first, rows, columns, rule);
    store<X>(at, <X>finish<A>(total, rows * columns, rule));
    at += sizeof<X>();
  }
}

const LANES: i32 = 8;

/** Eight channels of a clipped window: their rounded means. */
// @ts-ignore: decorator
@inline
function averageLanes(from: usize, to: usize, rows: i32, columns: i32): void {
  let even: u64 = 0;
  let odd: u64 = 0;
  for (let row = from; row < from + rows * ROW; row += ROW) {
    const end = row + columns * INPUT_CHANNELS;
    for (let at = row; at < end; at += INPUT_CHANNELS) {
      const word = load<u64>(at) ^ SIGNS;
      even += word & EVEN;
      odd += (word >> 8) & EVEN;
    }
  }
  const count = rows * columns;
  for (let lane: i32 = 0; lane < LANES; lane++) {
    const total = <i32>(even & 0xffff) - (count << 7);
    store<i8>(to + lane, <i8>finish<i32>(total, count, AVERAGE));
    const next = even >> 16;
    even = odd;
    odd = next;
  }
}

/** Eight channels of a clipped window: their largest elements. */
// @ts-ignore: decorator
@inline
function largestLanes(from: usize, to: usize, rows: i32, columns: i32): void {
  let largest = load<u64>(from) ^ SIGNS;
  for (let row = from; row < from + rows * ROW; row += ROW) {
    const end = row + columns * INPUT_CHANNELS;
    for (let at = row; at < end; at += INPUT_CHANNELS) {
      largest = largerBytes(load<u64>(at) ^ SIGNS, largest);
    }
  }
  largest ^= SIGNS;
  if (OUTPUT_MIN == -128 && OUTPUT_MAX == 127) {
    store<u64>(to, largest);
    return;
  }
  for (let lane: i32 = 0; lane < LANES; lane++) {
    store<i8>(to + lane, <i8>clamp(<i32><i8>largest, OUTPUT_MIN, OUTPUT_MAX));
    largest >>= 8;
  }
}

/** The same for int8, eight channels at once; the last eight lap over those before. */
// @ts-ignore: decorator
@inline
function poolPixelLanes(from: usize, to: usize, rows: i32, columns: i32, rule: i32): void {
  for (let channel: i32 = 0; channel < INPUT_CHANNELS; channel += LANES) {
    const place = min(channel, INPUT_CHANNELS - LANES);
    if (rule == AVERAGE) averageLanes(from + place, to + place, rows, columns);
    else largestLanes(from + place, to + place, rows, columns);
  }
}

// @ts-ignore: decorator
@inline
function pool<X, A>(input: usize, output: usize, rule: i32, inLanes: bool): void {
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
      const first = (image + firstRow) * ROW + firstColumn * INPUT_CHANNELS;
      const from = input + first * sizeof<X>();
      if (inLanes) poolPixelLanes(from, to, rows, columns, rule);
      else poolPixel<X, A>(from, to, rows, columns, rule);
      to += INPUT_CHANNELS * sizeof<X>();
    }
  }
}

export function averageLanesInt8(input: usize, output: usize): void {
  pool<i8, i32>(input, output, AVERAGE, true);
}

export function averageInt8(input: usize, output: usize): void {
  pool<i8, i32>(input, output, AVERAGE, false);
}

export function averageInt16(input: usize, output: usize): void {
  pool<i16, i32>(input, output, AVERAGE, false);
}

export function averageFloat(input: usize, output: usize): void {
  pool<f32, f32>(input, output, AVERAGE, false);
}

export function largestLanesInt8(input: usize, output: usize): void {
  pool<i8, i32>(input, output, LARGEST, true);
}

export function largestInt8(input: usize, output: usize): void {
  pool<i8, i32>(input, output, LARGEST, false);
}

export function largestInt16(input: usize, output: usize): void {
  pool<i16, i32>(input, output, LARGEST, false);
}

export function largestFloat(input: usize, output: usize): void {
  pool<f32, f32>(input, output, LARGEST, false);
}

export function quadraticFloat(input: usize, output: usize): void {
  pool<f32, f32>(input, output, QUADRATIC, false);
}

/** The outputs of one window, the whole image, of the totals of its channels. */
// @ts-ignore: decorator
@inline
function poolTotals<X, A>(totals: usize, output: usize, rule: i32): void {
  const count: i32 = KERNEL_HEIGHT * KERNEL_WIDTH;
  let to = output;
  for (let channel: i32 = 0; channel < INPUT_CHANNELS; channel++) {
    const total = keptTotal<A>(totals, channel, KEPT, NEUTRAL, count);
    store<X>(to, <X>finish<A>(total, count, rule));
    to += sizeof<X>();
  }
}

export function averageTotalsInt8(totals: usize, output: usize): void {
  poolTotals<i8, i32>(totals, output, AVERAGE);
}

export function averageTotalsInt16(totals: usize, output: usize): void {
  poolTotals<i16, i32>(totals, output, AVERAGE);
}

export function averageTotalsFloat(totals: usize, output: usize): void {
  poolTotals<f32, f32>(totals, output, AVERAGE);
}

export function largestTotalsInt8(totals: usize, output: usize): void {
  poolTotals<i8, i32>(totals, output, LARGEST);
}

export function largestTotalsInt16(totals: usize, output: usize): void {
  poolTotals<i16, i32>(totals, output, LARGEST);
}

export function largestTotalsFloat(totals: usize, output: usize): void {
  poolTotals<f32, f32>(totals, output, LARGEST);
}

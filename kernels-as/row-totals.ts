/**
 * The rows of an image one after the other, added to totals of its channels (totals.ts): what
 * average_pool2d and max_pool2d of whole images, mean, sum and the extremes over height and width
 * do with a row that nobody keeps. Elements of a channel meet its total in memory order, so float
 * sums are those of the reference.
 */
import { EVEN, largerBytes, SIGNS } from "./lanes";

/** Pixels of a row, and elements of a pixel. */
export const WIDTH: i32 = 5;
export const CHANNELS: i32 = 8;
/** As of reduce.ts: 0 sum, 1 largest, 2 smallest. */
export const RULE: i32 = 0;
/** The bits of a total of nothing; of bytes, those of one. */
export const NEUTRAL: i32 = 0;

const SUM: i32 = 0;
const LARGEST: i32 = 1;

// @ts-ignore: decorator
@inline
function combine<A>(total: A, value: A): A {
  if (RULE == SUM) return total + value;
  return RULE == LARGEST ? max<A>(total, value) : min<A>(total, value);
}

/** One channel of a row, which starts at `first`. */
// @ts-ignore: decorator
@inline
function channelTotal<X, A>(first: usize, start: A): A {
  let total = start;
  const end = first + WIDTH * CHANNELS * sizeof<X>();
  for (let at = first; at < end; at += CHANNELS * sizeof<X>()) {
    total = combine<A>(total, <A>load<X>(at));
  }
  return total;
}

// @ts-ignore: decorator
@inline
function addIntegers<X>(row: usize, totals: usize): void {
  let kept = totals;
  for (let first = row; first < row + CHANNELS * sizeof<X>(); first += sizeof<X>()) {
    const total = channelTotal<X, i32>(first, load<i32>(kept) ^ NEUTRAL);
    store<i32>(kept, total ^ NEUTRAL);
    kept += 4;
  }
}

export function wordsInt8(row: usize, totals: usize): void {
  addIntegers<i8>(row, totals);
}

export function wordsInt16(row: usize, totals: usize): void {
  addIntegers<i16>(row, totals);
}

export function wordsFloat(row: usize, totals: usize): void {
  let kept = totals;
  for (let first = row; first < row + CHANNELS * 4; first += 4) {
    const total = channelTotal<f32, f32>(first, reinterpret<f32>(load<i32>(kept) ^ NEUTRAL));
    store<i32>(kept, reinterpret<i32>(total) ^ NEUTRAL);
    kept += 4;
  }
}

/** Eight channels at once; the last eight lap over those before. */
export function bytes(row: usize, totals: usize): void {
  const order = <u64>NEUTRAL * 0x0101010101010101;
  for (let channel: i32 = 0; channel < CHANNELS; channel += 8) {
    const place = min(channel, CHANNELS - 8);
    let extreme = load<u64>(totals + place);
    const end = row + place + WIDTH * CHANNELS;
    for (let at = row + place; at < end; at += CHANNELS) {
      extreme = largerBytes(load<u64>(at) ^ order, extreme);
    }
    store<u64>(totals + place, extreme);
  }
}

/** Eight channels at once, of a whole number of eights. */
export function lanes(row: usize, totals: usize): void {
  let kept = totals;
  for (let first = row; first < row + CHANNELS; first += 8) {
    let even = load<u64>(kept);
    let odd = load<u64>(kept + 8);
    const end = first + WIDTH * CHANNELS;
    for (let at = first; at < end; at += CHANNELS) {
      const word = load<u64>(at) ^ SIGNS;
      even += word & EVEN;
      odd += (word >> 8) & EVEN;
    }
    store<u64>(kept, even);
    store<u64>(kept + 8, odd);
    kept += 16;
  }
}

/**
 * depthwise_conv2d, int8, 3x3, any width and stride: one function serves all layers, since every
 * size is read at run time.
 *
 * Columns of three pixels share an i64 as in depthwise-slide.ts, but what waits in locals is sums,
 * not columns: a column ends one window, is the middle of the next and begins the one after it.
 * Nothing moves from local to local, and a stride only says which of the windows are stored. A
 * local is as cheap an operand as a constant where a runtime translates code; there, a function for
 * each layer often takes more memory than it saves time. Rows outside the input are a row of zero
 * points; columns outside are sums that begin or end with the zero point's products. The node's
 * part of the weights section begins with the sizes (SIZES i32 in the order of `shape`).
 */
import { tile, weights } from "./abi";
import { finishFolded } from "./folded";

/** 1: the two roundings of gemmlowp; 0: one multiply, add and shift. */
export const TWO_STEP: i32 = 0;

const KERNEL: i32 = 3;
/** Keeps the lower lanes of a sum from borrowing. */
const START: i64 = (1 << 21) + (1 << 43);
/** A column of ones. */
const COLUMN: i64 = 1 + (1 << 22) + (1 << 44);
const WORDS: i32 = TWO_STEP == 1 ? 5 : 3;
/** Bytes of one channel's part of the weights section. */
const CHANNEL: i32 = KERNEL * 3 + WORDS * 8;
const SIZES: i32 = 15;

export function depthwiseShared(
  input: usize,
  output: usize,
  zeroRow: usize,
  words: usize,
  shape: usize,
  packed: usize,
): void {
  weights(shape, packed, SIZES * 4);
  packed += SIZES * 4;
  const channels = size(shape, 0);
  const rowStep = size(shape, 1);
  const planeBytes = size(shape, 2);
  const firstWindows = size(shape, 3);
  const windowsStep = size(shape, 4);
  const windowsEnd = size(shape, 5);
  const firstEnd = size(shape, 6);
  const endStep = size(shape, 7);
  const rowEnd = size(shape, 8);
  const isEdged = size(shape, 9) != 0;
  const zero = <i64>size(shape, 10);
  const low = <i64>size(shape, 11);
  const high = <i64>size(shape, 12);
  const zeroColumn = <i64>size(shape, 13) * COLUMN;
  memory.fill(zeroRow, <u8>size(shape, 13), size(shape, 14));
  let middle: i64 = 0;
  for (let channel: i32 = 0; channel < channels; channel++) {
    tile(words, packed, KERNEL, 22, WORDS * 8);
    packed += CHANNEL;
    const w0 = load<i64>(words);
    const w1 = load<i64>(words + 8);
    const w2 = load<i64>(words + 16);
    const scale = load<i64>(words + 24);
    const constant = load<i64>(words + 32);
    const shift = load<i64>(words + 40);
    const half: i64 = TWO_STEP == 1 ? load<i64>(words + 48) : 0;
    const sign: i64 = TWO_STEP == 1 ? load<i64>(words + 56) : 0;
    const leftOf = zeroColumn * w0;
    const rightOf = zeroColumn * w2;
    let o = output + channel;
    let top = input + firstWindows;
    const bottom = input + windowsEnd;
    do {
      const next = top + rowStep;
      let p = rowAt(top, input, zeroRow, planeBytes);
      const second = rowAt(next, input, zeroRow, planeBytes) - p;
      const third = rowAt(next + rowStep, input, zeroRow, planeBytes) - p;
      const end = p + rowEnd;
      let windowEnd = p + firstEnd;
      let begun = leftOf;
      do {
        const u = column(load<i8>(p), load<i8>(p + second), load<i8>(p + third));
        if (p == windowEnd) {
          finish(o, middle + u * w2, scale, constant, shift, half, sign, zero, low, high);
          o += channels;
          windowEnd += endStep;
        }
        middle = begun + u * w1;
        begun = u * w0;
        p += channels;
      } while (p < end);
      if (isEdged) {
        finish(o, middle + rightOf, scale, constant, shift, half, sign, zero, low, high);
        o += channels;
      }
      top += windowsStep;
    } while (top != bottom);
    input += 1;
  }
}

/** The i32 at a place of the shape block. */
// @ts-ignore: decorator
@inline
function size(shape: usize, index: i32): i32 {
  return load<i32>(shape + index * 4);
}

/** The row at this address; the row of zero points where that is outside the plane. */
// @ts-ignore: decorator
@inline
function rowAt(at: usize, plane: usize, zeroRow: usize, planeBytes: usize): usize {
  return at - plane < planeBytes ? at : zeroRow;
}

// @ts-ignore: decorator
@inline
function column(x0: i64, x1: i64, x2: i64): i64 {
  return x0 + (x1 << 22) + (x2 << 44);
}

// @ts-ignore: decorator
@inline
function finish(
  o: usize,
  sum: i64,
  scale: i64,
  constant: i64,
  shift: i64,
  half: i64,
  sign: i64,
  zero: i64,
  low: i64,
  high: i64,
): void {
  const twice = TWO_STEP == 1;
  const top = (sum + START) >> 44;
  const v = finishFolded(top, scale, constant, shift, half, sign, twice, zero, low, high);
  store<i8>(o, <i8>v);
}

/**
 * depthwise_conv2d, int8, 3x3, any width and stride: one function serves all layers, since every
 * size is read at run time.
 *
 * Columns of three pixels share an i64 as in depthwise-slide.ts, but what waits in locals is sums,
 * not columns: a column ends one window, is the middle of the next and begins the one after it.
 * Nothing moves from local to local, and a stride only says which of the windows are stored. A
 * local is as cheap an operand as a constant where a runtime translates code; there, a function for
 * each layer often takes more memory than it saves time. The column right of the input is one of
 * the zero row, a window's rows outside the input are that row. The node's part of the weights
 * section begins with the sizes (SIZES i32 in the order of `shape`).
 */
import { tile, weights } from "./abi";
import { finishFolded } from "./folded";

/** 1: the two roundings of gemmlowp; 0: one multiply, add and shift. */
export const TWO_STEP: i32 = 0;

const KERNEL: i32 = 3;
/** Keeps the lower lanes of a sum from borrowing. */
const START: i64 = (1 << 21) + (1 << 43);
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
  section: usize,
): void {
  weights(shape, section, SIZES * 4);
  memory.fill(zeroRow, <u8>size(shape, 0), size(shape, 1));
  let packed = section + SIZES * 4;
  const end = input + size(shape, 2);
  do {
    tile(words, packed, KERNEL, 22, WORDS * 8);
    plane(input, output, zeroRow, words, shape);
    packed += CHANNEL;
    output += 1;
    input += 1;
  } while (input < end);
}

/** The i32 at a place of the shape block. */
// @ts-ignore: decorator
@inline
function size(shape: usize, index: i32): i32 {
  return load<i32>(shape + index * 4);
}

/** One channel of the whole image. */
function plane(input: usize, output: usize, zeroRow: usize, words: usize, shape: usize): void {
  const zeroPoint = <i64>size(shape, 0);
  const pixelStep = size(shape, 2);
  const rowStep = size(shape, 3);
  const planeEnd = size(shape, 4);
  const windowStep = size(shape, 6);
  const windowsEnd = size(shape, 7);
  const firstOutput = size(shape, 8);
  const outputStep = size(shape, 9);
  const copied = size(shape, 10);
  const rowEnd = size(shape, 11);
  const zero = <i64>size(shape, 12);
  const low = <i64>size(shape, 13);
  const high = <i64>size(shape, 14);
  const w0 = load<i64>(words);
  const w1 = load<i64>(words + 8);
  const w2 = load<i64>(words + 16);
  const scale = load<i64>(words + 24);
  const constant = load<i64>(words + 32);
  const shift = load<i64>(words + 40);
  const half: i64 = TWO_STEP == 1 ? load<i64>(words + 48) : 0;
  const sign: i64 = TWO_STEP == 1 ? load<i64>(words + 56) : 0;
  const opened = START + column(zeroPoint, zeroPoint, zeroPoint) * w0;
  let middle: i64 = 0;
  for (let top = size(shape, 5); top < windowsEnd; top += windowStep) {
    let r0 = rowAt(input, zeroRow, top, planeEnd);
    let r1 = rowAt(input, zeroRow, top + rowStep, planeEnd);
    let r2 = rowAt(input, zeroRow, top + 2 * rowStep, planeEnd);
    let begun = opened;
    let x: i32 = 0;
    let next = firstOutput;
    let end = copied;
    do {
      do {
        const u = column(load<i8>(r0 + x), load<i8>(r1 + x), load<i8>(r2 + x));
        if (x == next) {
          const sum = (middle + u * w2) >> 44;
          const twice = TWO_STEP == 1;
          const v = finishFolded(sum, scale, constant, shift, half, sign, twice, zero, low, high);
          store<i8>(output, <i8>v);
          output += pixelStep;
          next += outputStep;
        }
        middle = begun + u * w1;
        begun = START + u * w0;
        x += pixelStep;
      } while (x < end);
      r0 = zeroRow - x;
      r1 = r0;
      r2 = r0;
      end = rowEnd;
    } while (x < end);
  }
}

/** Where the row at `top` bytes of the plane begins; outside the image, the row of zero points. */
// @ts-ignore: decorator
@inline
function rowAt(input: usize, zeroRow: usize, top: i32, planeEnd: i32): usize {
  return <u32>top < <u32>planeEnd ? input + top : zeroRow;
}

// @ts-ignore: decorator
@inline
function column(x0: i64, x1: i64, x2: i64): i64 {
  return x0 + (x1 << 22) + (x2 << 44);
}

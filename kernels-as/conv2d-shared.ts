/**
 * conv2d, int8, packed and weight-stationary as conv2d-packed.ts, with every size but the chunks'
 * read at run time: one function serves all layers whose rows of taps divide into chunks of CHUNK
 * bytes, or of SHORT where there is a second body.
 *
 * On runtimes that translate code into RAM a second function often costs more than it saves; a
 * local is as cheap an operand as a constant, only tap offsets have to be immediates. The pass over
 * a block's pixels runs once a chunk and keeps its sums in memory; a last pass requantises them.
 * The node's part of the weights section begins with the sizes (SIZES i32 in the order of `shape`).
 */
import { tile, weights } from "./abi";
import { finishFolded } from "./folded";
import { registers, unroll } from "./specialise";

/** Contiguous taps whose weights are in locals at a time. */
export const CHUNK: i32 = 4;
/** Taps of the second body; 0: none. */
export const SHORT: i32 = 2;
/** 1: the two roundings of gemmlowp; 0: one multiply, add and shift. */
export const TWO_STEP: i32 = 0;

const LANES: i32 = 3;
const LANE: i64 = 0x1fffff;
const START: i64 = (1 << 20) + (1 << 41) + (1 << 62);
const WORDS: i32 = TWO_STEP == 1 ? 5 : 3;
const SIZES: i32 = 25;

export function conv2dShared(
  input: usize,
  output: usize,
  window: usize,
  triples: usize,
  sums: usize,
  shape: usize,
  section: usize,
): void {
  weights(shape, section, SIZES * 4);
  const height = size(shape, 0);
  const outputRow = size(shape, 1) * size(shape, 2);
  const blockRows = size(shape, 3);
  const windowed = size(shape, 4) != 0;
  const sourceStep = size(shape, 5);
  for (let top: i32 = 0; top < height; top += blockRows) {
    const rows = min(blockRows, height - top);
    let source = input + top * sourceStep;
    if (windowed) {
      fillWindow(input, window, shape, top, rows);
      source = window;
    }
    threeByThree(source, output + top * outputRow, triples, sums, shape, section + SIZES * 4, rows);
  }
}

/** The i32 at a place of the shape block. */
// @ts-ignore: decorator
@inline
function size(shape: usize, index: i32): i32 {
  return load<i32>(shape + index * 4);
}

/** All output channels of a block, three at a time; the last three overlap their neighbours. */
function threeByThree(
  source: usize,
  output: usize,
  triples: usize,
  sums: usize,
  shape: usize,
  packed: usize,
  rows: i32,
): void {
  const channels = size(shape, 2);
  const kernelRows = size(shape, 6);
  const kernelRowStep = size(shape, 7);
  const rowChunks = size(shape, 8);
  const parts = size(shape, 9);
  const partChunks = size(shape, 10);
  const chunk = size(shape, 24);
  for (let group: i32 = 0; group < channels; group += LANES) {
    let index: i32 = 0;
    for (let ky: i32 = 0; ky < kernelRows; ky++) {
      let p = source + ky * kernelRowStep;
      for (let j: i32 = 0; j < rowChunks; j++) {
        tile(triples, packed, chunk, 21, 0);
        const slot = sums + (index / partChunks) * 8;
        const fresh = index % partChunks == 0;
        if (SHORT != 0 && chunk == SHORT) {
          addShort(p, triples, slot, shape, rows, parts * 8, fresh);
        } else {
          addChunk(p, triples, slot, shape, rows, parts * 8, fresh);
        }
        packed += LANES * chunk;
        p += chunk;
        index += 1;
      }
    }
    weights(triples, packed, LANES * WORDS * 8);
    packed += LANES * WORDS * 8;
    finishBlock(output + min(group, channels - LANES), triples, sums, shape, rows, parts);
  }
}

/** Adds CHUNK taps to the sums of every pixel of the block; `fresh` starts them. */
function addChunk(
  source: usize,
  triples: usize,
  slot: usize,
  shape: usize,
  rows: i32,
  slotStep: i32,
  fresh: bool,
): void {
  const width = size(shape, 1);
  const sourceStep = size(shape, 5);
  const pixelStep = size(shape, 11);
  const w = registers<i64>(CHUNK);
  for (let k: i32 = 0; k < unroll(CHUNK); k++) w[k] = load<i64>(triples + k * 8);
  for (let y: i32 = 0; y < rows; y++) {
    let p = source + y * sourceStep;
    const end = slot + width * slotStep;
    do {
      let sum = fresh ? START : load<i64>(slot);
      for (let k: i32 = 0; k < unroll(CHUNK); k++) sum += i64(load<i8>(p + k)) * w[k];
      store<i64>(slot, sum);
      slot += slotStep;
      p += pixelStep;
    } while (slot < end);
  }
}

/** The same with SHORT taps: what is written out needs its count when the file is specialised. */
function addShort(
  source: usize,
  triples: usize,
  slot: usize,
  shape: usize,
  rows: i32,
  slotStep: i32,
  fresh: bool,
): void {
  const width = size(shape, 1);
  const sourceStep = size(shape, 5);
  const pixelStep = size(shape, 11);
  const w = registers<i64>(SHORT);
  for (let k: i32 = 0; k < unroll(SHORT); k++) w[k] = load<i64>(triples + k * 8);
  for (let y: i32 = 0; y < rows; y++) {
    let p = source + y * sourceStep;
    const end = slot + width * slotStep;
    do {
      let sum = fresh ? START : load<i64>(slot);
      for (let k: i32 = 0; k < unroll(SHORT); k++) sum += i64(load<i8>(p + k)) * w[k];
      store<i64>(slot, sum);
      slot += slotStep;
      p += pixelStep;
    } while (slot < end);
  }
}

/** Requantises and stores three channels of every pixel of the block. */
function finishBlock(
  output: usize,
  words: usize,
  sums: usize,
  shape: usize,
  rows: i32,
  parts: i32,
): void {
  const channels = size(shape, 2);
  const zero = <i64>size(shape, 12);
  const low = <i64>size(shape, 13);
  const high = <i64>size(shape, 14);
  const scale = registers<i64>(LANES);
  const constant = registers<i64>(LANES);
  const shift = registers<i64>(LANES);
  const half = registers<i64>(LANES * TWO_STEP);
  const sign = registers<i64>(LANES * TWO_STEP);
  const lane = registers<i64>(LANES);
  for (let j: i32 = 0; j < unroll(LANES); j++) {
    scale[j] = load<i64>(words + j * WORDS * 8);
    constant[j] = load<i64>(words + j * WORDS * 8 + 8);
    shift[j] = load<i64>(words + j * WORDS * 8 + 16);
    if (TWO_STEP == 1) half[j] = load<i64>(words + j * WORDS * 8 + 24);
    if (TWO_STEP == 1) sign[j] = load<i64>(words + j * WORDS * 8 + 32);
  }
  let slot = sums;
  const end = sums + rows * size(shape, 1) * parts * 8;
  while (slot < end) {
    for (let j: i32 = 0; j < unroll(LANES); j++) lane[j] = 0;
    const next = slot + parts * 8;
    do {
      const sum = load<i64>(slot);
      for (let j: i32 = 0; j < unroll(LANES); j++) {
        lane[j] += j == 2 ? sum >>> 42 : (sum >>> (21 * j)) & LANE;
      }
      slot += 8;
    } while (slot < next);
    for (let j: i32 = 0; j < unroll(LANES); j++) {
      const h: i64 = TWO_STEP == 1 ? half[j] : 0;
      const n: i64 = TWO_STEP == 1 ? sign[j] : 0;
      const two = TWO_STEP == 1;
      const v = finishFolded(lane[j], scale[j], constant[j], shift[j], h, n, two, zero, low, high);
      store<i8>(output + j, <i8>v);
    }
    output += channels;
  }
}

/**
 * Gives the window the input rows of a block, each copied once: what the block before it has too
 * moves inside the window. Edges and rows outside are the zero point.
 */
function fillWindow(input: usize, window: usize, shape: usize, top: i32, rows: i32): void {
  const blockRows = size(shape, 3);
  const zero = <u8>size(shape, 15);
  const inputHeight = size(shape, 16);
  const inputRow = size(shape, 17);
  const windowRow = size(shape, 18);
  const leftBytes = size(shape, 19);
  const copiedBytes = size(shape, 20);
  const strideRows = size(shape, 21);
  const first = top * strideRows - size(shape, 22);
  const span = size(shape, 23);
  const kept = top == 0 ? 0 : max(0, span - strideRows);
  const count = (rows - 1) * strideRows + span;
  if (kept > 0) {
    memory.copy(window, window + blockRows * strideRows * windowRow, kept * windowRow);
  }
  memory.fill(window + kept * windowRow, zero, (count - kept) * windowRow);
  for (let y = kept; y < count; y++) {
    if (first + y < 0 || first + y >= inputHeight) continue;
    const to = window + y * windowRow + leftBytes;
    memory.copy(to, input + (first + y) * inputRow, copiedBytes);
  }
}

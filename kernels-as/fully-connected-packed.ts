/**
 * fully_connected, int8, packed and input-stationary: CHUNK inputs stay in locals while the pass
 * runs over all outputs, three at a time.
 *
 * Each weight is used once, so weights come from the tile as they are needed: three channels share
 * an i64 (lanes of 21 bits, as in conv2d-packed.ts) and one multiplication serves all three. Sums
 * of all groups wait in memory between chunks; a filter too large for one lane is summed in PARTS
 * accumulators. Sizes are read at run time, so layers share the function (see conv2d-shared.ts).
 * Outputs come in passes over the inputs, so that only the sums of one pass wait. The weights
 * section holds the sizes; then, pass by pass, chunk by chunk the triples of its groups and the
 * requantisation words of its groups. Inputs past the depth have weight zero; the last chunk is
 * read from a copy so that they exist.
 */
import { tile, weights } from "./abi";
import { finishFolded } from "./folded";
import { registers, unroll } from "./specialise";

/** Inputs in locals at a time. */
export const CHUNK: i32 = 4;
/** 1: the two roundings of gemmlowp; 0: one multiply, add and shift. */
export const TWO_STEP: i32 = 0;

const LANES: i32 = 3;
const LANE: i64 = 0x1fffff;
const START: i64 = (1 << 20) + (1 << 41) + (1 << 62);
/** i64 words of requantisation constants an output. */
const WORDS: i32 = TWO_STEP == 1 ? 5 : 3;
/** i32 words: rows, depth, outputs, parts, chunks a part, zero point, range, groups a pass. */
const SIZES: i32 = 9;

export function fullyConnectedPacked(
  input: usize,
  output: usize,
  triples: usize,
  sums: usize,
  lastInputs: usize,
  shape: usize,
  section: usize,
): void {
  weights(shape, section, SIZES * 4);
  const depth = size(shape, 1);
  const outputs = size(shape, 2);
  const parts = size(shape, 3);
  const partChunks = size(shape, 4);
  const passGroups = size(shape, 8);
  const groups = (outputs + LANES - 1) / LANES;
  for (let row: i32 = 0; row < size(shape, 0); row++) {
    let packed = section + SIZES * 4;
    for (let first: i32 = 0; first < groups; first += passGroups) {
      const count = min(passGroups, groups - first);
      let index: i32 = 0;
      for (let start: i32 = 0; start < depth; start += CHUNK) {
        let source = input + row * depth + start;
        if (start + CHUNK > depth) {
          memory.copy(lastInputs, source, depth - start);
          memory.fill(lastInputs + (depth - start), 0, start + CHUNK - depth);
          source = lastInputs;
        }
        const slot = sums + (index / partChunks) * 8;
        chunk(source, triples, slot, packed, count, parts * 8, index % partChunks == 0);
        packed += count * LANES * CHUNK;
        index += 1;
      }
      finishPass(output + row * outputs, triples, sums, shape, packed, first, count);
      packed += count * LANES * WORDS * 8;
    }
  }
}

/** The i32 at a place of the sizes. */
// @ts-ignore: decorator
@inline
function size(shape: usize, index: i32): i32 {
  return load<i32>(shape + index * 4);
}

/** Adds CHUNK inputs to the sums of `groups` groups; `fresh` starts them. */
function chunk(
  x: usize,
  triples: usize,
  slot: usize,
  packed: usize,
  groups: i32,
  slotStep: i32,
  fresh: bool,
): void {
  const v = registers<i64>(CHUNK);
  for (let k: i32 = 0; k < unroll(CHUNK); k++) v[k] = i64(load<i8>(x + k));
  for (let group: i32 = 0; group < groups; group++) {
    tile(triples, packed, CHUNK, 21, 0);
    let sum = fresh ? START : load<i64>(slot);
    for (let k: i32 = 0; k < unroll(CHUNK); k++) sum += v[k] * load<i64>(triples + k * 8);
    store<i64>(slot, sum);
    slot += slotStep;
    packed += LANES * CHUNK;
  }
}

/** Requantises and stores the outputs of a pass; the last group overlaps its neighbour. */
function finishPass(
  output: usize,
  words: usize,
  sums: usize,
  shape: usize,
  constants: usize,
  first: i32,
  count: i32,
): void {
  const outputs = size(shape, 2);
  const parts = size(shape, 3);
  const zero = <i64>size(shape, 5);
  const low = <i64>size(shape, 6);
  const high = <i64>size(shape, 7);
  for (let group = first; group < first + count; group++) {
    weights(words, constants, LANES * WORDS * 8);
    const o = output + min(group * LANES, outputs - LANES);
    for (let j: i32 = 0; j < unroll(LANES); j++) {
      const q = words + j * WORDS * 8;
      let lane: i64 = 0;
      for (let part: i32 = 0; part < parts; part++) {
        const sum = load<i64>(sums + part * 8);
        lane += j == 2 ? sum >>> 42 : (sum >>> (21 * j)) & LANE;
      }
      const scale = load<i64>(q);
      const constant = load<i64>(q + 8);
      const shift = load<i64>(q + 16);
      const half: i64 = TWO_STEP == 1 ? load<i64>(q + 24) : 0;
      const sign: i64 = TWO_STEP == 1 ? load<i64>(q + 32) : 0;
      const twice = TWO_STEP == 1;
      const v = finishFolded(lane, scale, constant, shift, half, sign, twice, zero, low, high);
      store<i8>(o + j, <i8>v);
    }
    sums += parts * 8;
    constants += LANES * WORDS * 8;
  }
}

/**
 * fully_connected, int8, packed and input-stationary: CHUNK inputs stay in locals while the pass
 * runs over all outputs, three at a time.
 *
 * Each weight is used once, so weights come from the tile as they are needed: three channels share
 * an i64 (lanes of 21 bits, as in conv2d-packed.ts) and one multiplication serves all three. Sums
 * of all groups wait in memory between chunks; a filter too large for one lane is summed in PARTS
 * accumulators of PART inputs each. The weights section holds, chunk by chunk, the triples of every
 * group, then the requantisation words of every group. Inputs past DEPTH have weight zero; the last
 * chunk is read from a copy so that they exist.
 */
import { tile, weights } from "./abi";
import { finishFolded } from "./folded";
import { registers, unroll } from "./specialise";

export const BATCH: i32 = 1;
export const DEPTH: i32 = 5;
export const OUTPUTS: i32 = 3;
/** Inputs in locals at a time. */
export const CHUNK: i32 = 4;
/** Accumulators of a group, and the inputs that each sums: a multiple of CHUNK. */
export const PARTS: i32 = 1;
export const PART: i32 = 8;
/** 1: the two roundings of gemmlowp; 0: one multiply, add and shift. */
export const TWO_STEP: i32 = 0;
export const OUTPUT_ZERO: i32 = 0;
export const OUTPUT_MIN: i32 = -128;
export const OUTPUT_MAX: i32 = 127;

const LANES: i32 = 3;
const LANE: i64 = 0x1fffff;
const START: i64 = (1 << 20) + (1 << 41) + (1 << 62);
const GROUPS: i32 = (OUTPUTS + LANES - 1) / LANES;
const CHUNKS: i32 = (DEPTH + CHUNK - 1) / CHUNK;
/** i64 words of requantisation constants an output. */
const WORDS: i32 = TWO_STEP == 1 ? 5 : 3;

export function fullyConnectedPacked(
  input: usize,
  output: usize,
  triples: usize,
  sums: usize,
  lastInputs: usize,
  section: usize,
): void {
  for (let row: i32 = 0; row < BATCH; row++) {
    const x = input + row * DEPTH;
    for (let index: i32 = 0; index < CHUNKS; index++) {
      const start = index * CHUNK;
      let source = x + start;
      if (start + CHUNK > DEPTH) {
        memory.copy(lastInputs, source, DEPTH - start);
        memory.fill(lastInputs + (DEPTH - start), 0, start + CHUNK - DEPTH);
        source = lastInputs;
      }
      const slot = sums + (start / PART) * 8;
      const packed = section + index * GROUPS * LANES * CHUNK;
      chunk(source, triples, slot, packed, start % PART == 0);
    }
    finishAll(output + row * OUTPUTS, triples, sums, section + CHUNKS * GROUPS * LANES * CHUNK);
  }
}

/** Adds CHUNK inputs to the sums of all groups; `fresh` starts them. */
function chunk(x: usize, triples: usize, slot: usize, packed: usize, fresh: bool): void {
  const v = registers<i64>(CHUNK);
  for (let k: i32 = 0; k < unroll(CHUNK); k++) v[k] = i64(load<i8>(x + k));
  for (let group: i32 = 0; group < GROUPS; group++) {
    tile(triples, packed, CHUNK, 21, 0);
    let sum = fresh ? START : load<i64>(slot);
    for (let k: i32 = 0; k < unroll(CHUNK); k++) sum += v[k] * load<i64>(triples + k * 8);
    store<i64>(slot, sum);
    slot += PARTS * 8;
    packed += LANES * CHUNK;
  }
}

/** Requantises and stores every output; the last group overlaps its neighbour. */
function finishAll(output: usize, words: usize, sums: usize, constants: usize): void {
  for (let group: i32 = 0; group < OUTPUTS; group += LANES) {
    weights(words, constants, LANES * WORDS * 8);
    const o = output + min(group, OUTPUTS - LANES);
    for (let j: i32 = 0; j < unroll(LANES); j++) {
      const q = words + j * WORDS * 8;
      let lane: i64 = 0;
      for (let part: i32 = 0; part < unroll(PARTS); part++) {
        const sum = load<i64>(sums + part * 8);
        lane += j == 2 ? sum >>> 42 : (sum >>> (21 * j)) & LANE;
      }
      const half: i64 = TWO_STEP == 1 ? load<i64>(q + 24) : 0;
      const sign: i64 = TWO_STEP == 1 ? load<i64>(q + 32) : 0;
      const scale = load<i64>(q);
      const constant = load<i64>(q + 8);
      const shift = load<i64>(q + 16);
      store<i8>(o + j, finish(lane, scale, constant, shift, half, sign));
    }
    sums += PARTS * 8;
    constants += LANES * WORDS * 8;
  }
}

// @ts-ignore: decorator
@inline
function finish(sum: i64, scale: i64, constant: i64, shift: i64, half: i64, sign: i64): i8 {
  const twice = TWO_STEP == 1;
  return <i8>(
    finishFolded(sum, scale, constant, shift, half, sign, twice, OUTPUT_ZERO, OUTPUT_MIN, OUTPUT_MAX)
  );
}

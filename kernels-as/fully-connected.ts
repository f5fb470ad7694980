/**
 * fully_connected: ROWS outputs at a time share each input element; their weights pass through the
 * tile, TILE inputs at a time, while the sums stay in registers.
 *
 * A group's block in the weights section: the weights, interleaved [depth][ROWS], then what
 * finishes its outputs (int8: mantissa, shift, folded bias, i32 each; float32: bias); the last pull
 * brings both. The last group overlaps its neighbour rather than being padded. The folded bias has
 * absorbed the input's zero point.
 */
import { weights } from "./abi";
import { clamp, requantize } from "./requantize";
import { registers, unroll } from "./specialise";

export const BATCH: i32 = 1;
export const DEPTH: i32 = 5;
export const OUTPUTS: i32 = 3;
/** Outputs of a group; at most OUTPUTS. */
export const ROWS: i32 = 1;
/** Inputs of one unrolled body; divides TILE. */
export const STEP: i32 = 1;
/** Inputs of one pull. */
export const TILE: i32 = 8;
/** Bytes of a block, of its last pull, and of the weights in that pull rounded up to four. */
export const BLOCK: i32 = 20;
export const LAST_PULL: i32 = 20;
export const CONSTANTS: i32 = 8;
export const OUTPUT_ZERO: i32 = 0;
export const OUTPUT_MIN: i32 = -128;
export const OUTPUT_MAX: i32 = 127;
export const TWICE: i32 = 0;
export const OUTPUT_LOW: f32 = -Infinity;
export const OUTPUT_HIGH: f32 = Infinity;

const FINISH_BYTES: i32 = 12;

/** int8. */
export function fullyConnected(input: usize, output: usize, tile: usize, part: usize): void {
  const sum = registers<i32>(ROWS);
  for (let batch: i32 = 0; batch < BATCH; batch++) {
    let block = part;
    for (let group: i32 = 0; group < OUTPUTS; group += ROWS) {
      for (let r: i32 = 0; r < unroll(ROWS); r++) sum[r] = 0;
      let x = input + batch * DEPTH;
      for (let tap: i32 = 0; tap < DEPTH; tap += TILE) {
        weights(tile, block + tap * ROWS, tap + TILE < DEPTH ? TILE * ROWS : LAST_PULL);
        const end = x + min(TILE, DEPTH - tap);
        let w = tile;
        while (x + STEP <= end) {
          for (let k: i32 = 0; k < unroll(STEP); k++) {
            const value = <i32>load<i8>(x + k);
            for (let r: i32 = 0; r < unroll(ROWS); r++) {
              sum[r] += value * <i32>load<i8>(w + k * ROWS + r);
            }
          }
          x += STEP;
          w += STEP * ROWS;
        }
        while (x < end) {
          const value = <i32>load<i8>(x);
          for (let r: i32 = 0; r < unroll(ROWS); r++) sum[r] += value * <i32>load<i8>(w + r);
          x += 1;
          w += ROWS;
        }
      }
      const to = output + batch * OUTPUTS + min(group, OUTPUTS - ROWS);
      const q = tile + CONSTANTS;
      for (let r: i32 = 0; r < unroll(ROWS); r++) {
        const accumulator = sum[r] + load<i32>(q + r * FINISH_BYTES + 8);
        const mantissa = <i64>load<u32>(q + r * FINISH_BYTES);
        const shift = load<i32>(q + r * FINISH_BYTES + 4);
        const scaled = requantize(accumulator, mantissa, shift, TWICE != 0) + OUTPUT_ZERO;
        store<i8>(to + r, <i8>clamp(scaled, OUTPUT_MIN, OUTPUT_MAX));
      }
      block += BLOCK;
    }
  }
}

/** float32, one output at a time (ROWS is 1); sums in the reference's order. */
export function fullyConnectedFloat(input: usize, output: usize, tile: usize, part: usize): void {
  let to = output;
  for (let batch: i32 = 0; batch < BATCH; batch++) {
    let block = part;
    for (let channel: i32 = 0; channel < OUTPUTS; channel++) {
      let sum: f32 = 0;
      let x = input + batch * DEPTH * 4;
      for (let tap: i32 = 0; tap < DEPTH; tap += TILE) {
        weights(tile, block + tap * 4, tap + TILE < DEPTH ? TILE * 4 : LAST_PULL);
        const end = x + min(TILE, DEPTH - tap) * 4;
        let w = tile;
        while (x < end) {
          sum += load<f32>(x) * load<f32>(w);
          x += 4;
          w += 4;
        }
      }
      sum += load<f32>(tile + CONSTANTS);
      store<f32>(to, min<f32>(max<f32>(sum, OUTPUT_LOW), OUTPUT_HIGH));
      to += 4;
      block += BLOCK;
    }
  }
}

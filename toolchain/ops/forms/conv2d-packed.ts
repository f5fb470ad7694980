/**
 * The fast forms of an int8 conv2d: packed, weight-stationary, in blocks of output rows.
 *
 * A form is (rows a block, words a pull). More rows read the weights less often and need a larger
 * window; shorter pulls need a smaller tile and a few instructions each. A chunk is what locals
 * hold; layers of more taps keep accumulators in memory.
 * Instruction figures are a fit of 124 measured layers and forms, slabs of one output row among
 * them (wasm3 -Os, Cortex-M4 under -icount), none of which is off by more than 1 %.
 */
import type { KernelCost, KernelForm } from "../op.ts";
import { activationRange } from "../shared/activation.ts";
import { quantizationOf } from "../shared/operands.ts";
import {
  LANES,
  nestedLoop,
  type PackedLayer,
  type Packer,
  packGroups,
} from "../shared/packed-lanes.ts";
import { windowConstants } from "../shared/padding.ts";
import {
  BLOCK_ROWS,
  type Blocking,
  blockingName,
  blockOverlaps,
  type Conv2dShape,
  isPadded,
  windowRows,
} from "./conv2d-rows.ts";

/** Packed weights that fit wasm3's slots as locals, beside everything else. */
const CHUNK_TAPS_MAX = 144;
/**
 * Words of a pull worth offering: triples, and behind the last of them what ends their sums. A
 * body of more than a hundred offsets is slower, since wasm3 keeps so many constants in slots.
 */
const PULL_WORDS = [80, 32, 16];
/** Above this many written-out taps the translated code outweighs any gain. */
const TAPS_MAX = 1024;

export function conv2dPackedForms(layer: Conv2dShape, pack: Packer): KernelForm[] {
  const packed = pack();
  if (packed === null || packed.taps > TAPS_MAX) return [];
  const shape = { ...layer, packed };
  const weights = packGroups(packed);
  return blockings(shape).flatMap((blocking) =>
    pullsOf(packed).map((pull) => form(shape, weights, { ...blocking, pull })),
  );
}

interface PackedBlocking extends Blocking {
  /** Taps of one pull. */
  readonly pull: number;
}

interface PackedConvolution extends Conv2dShape {
  readonly packed: PackedLayer;
}

/** Taps a chunk: all, or as many pieces of equal size as the limit needs. */
const chunkOf = ({ taps }: PackedLayer): number =>
  Math.ceil(taps / Math.ceil(taps / CHUNK_TAPS_MAX));

/** Words that end a group's sums; they come with its last pull. */
const finishWords = ({ twoSteps }: PackedLayer): number => LANES * (twoSteps ? 5 : 3);

/** Taps a pull: the last chunk and its words in pieces of equal size. */
function pullsOf(packed: PackedLayer): number[] {
  const chunk = chunkOf(packed);
  const words = lastOf(packed.taps, chunk) + finishWords(packed);
  const pulls = PULL_WORDS.map((most) => Math.ceil(words / Math.max(1, Math.ceil(words / most))));
  return [...new Set(pulls.map((pull) => Math.min(pull, chunk)))];
}

const longestPull = (packed: PackedLayer): number => Math.max(...pullsOf(packed));

/** What is left for the last of equal pieces. */
const lastOf = (whole: number, piece: number): number => ((whole - 1) % piece) + 1;

/** Direct blocks only pay where they make accumulators fewer. */
function blockings(shape: PackedConvolution): Blocking[] {
  const { height } = shape.output;
  const windowed = isPadded(shape);
  const whole = [{ rows: height, windowed }];
  const smaller = BLOCK_ROWS.filter((rows) => rows < height);
  const blocks = (by: boolean) => smaller.map((rows) => ({ rows, windowed: by }));
  const isChunked = shape.packed.taps > CHUNK_TAPS_MAX;
  const direct = isChunked && !windowed ? blocks(false) : [];
  return [...whole, ...direct, ...blocks(true)];
}

function form(shape: PackedConvolution, weights: Uint8Array, blocking: PackedBlocking): KernelForm {
  const { layer, packed, axes, pads, input, output } = shape;
  const { rows, windowed, pull } = blocking;
  const chunk = chunkOf(packed);
  const { min, max } = activationRange(layer.activation, layer.output);
  const { BATCH: _, ...sizes } = windowConstants(axes, pads, input, output);
  const accumulators = chunk < packed.taps ? rows * output.width * packed.parts * 8 : 0;
  const pulls = pull < longestPull(packed) ? `-pull-${pull}` : "";
  return {
    name: `packed${blockingName(shape, blocking)}${pulls}`,
    source: "conv2d-packed",
    entry: "conv2dPacked",
    constants: {
      ...sizes,
      ROWS: rows,
      WINDOWED: Number(windowed),
      CHUNK: chunk,
      PULL: pull,
      PARTS: packed.parts,
      PART: packed.partTaps,
      TWO_STEP: Number(packed.twoSteps),
      INPUT_ZERO: quantizationOf(layer.input).zeroPoint,
      OUTPUT_ZERO: quantizationOf(layer.output).zeroPoint,
      OUTPUT_MIN: min,
      OUTPUT_MAX: max,
    },
    scratch: [
      { name: "window", bytes: windowed ? windowBytes(shape, rows) : 0, alignment: 1 },
      { name: "tile", bytes: tileBytes(packed, pull), alignment: 8 },
      { name: "accumulators", bytes: accumulators, alignment: 8 },
    ],
    weights,
    cost: cost(shape, weights.length, blocking),
    overlaps: blockOverlaps(shape, blocking),
  };
}

/** A pull, or the last one, which may be shorter, with the words that end a group's sums. */
function tileBytes(packed: PackedLayer, pull: number): number {
  const last = lastOf(lastOf(packed.taps, chunkOf(packed)), pull);
  return Math.max(pull, last + finishWords(packed)) * 8;
}

function windowBytes({ axes, input, output }: PackedConvolution, rows: number): number {
  const [, { stride, kernel, dilation }] = axes;
  const columns = (output.width - 1) * stride + (kernel - 1) * dilation + 1;
  return windowRows(axes, rows) * columns * input.channels;
}

function cost(
  shape: PackedConvolution,
  weightBytes: number,
  { rows, windowed, pull }: PackedBlocking,
): KernelCost {
  const { packed, input, output } = shape;
  const { taps, parts } = packed;
  const groups = Math.ceil(output.channels / LANES);
  const chunk = chunkOf(packed);
  const chunks = Math.ceil(taps / chunk);
  const blocks = Math.ceil(output.height / rows);
  const morePulls = chunks * (Math.ceil(chunk / pull) - 1);
  const stored = (chunks - 1) * parts * 128;
  const finish = 677 + (parts - 1) * 64 + (packed.twoSteps ? 250 : 0);
  const pulls = blocks * groups * (1040 + (chunks - 1 + morePulls) * 223);
  const rowStarts = output.height * groups * chunks * 36;
  const copies = windowed ? input.height * 3014 : 0;
  const pixels = output.height * output.width * groups;
  const lanes = pixels * (finish + 62.2 * taps);
  const wide = pixels * stored + blocks * groups * 53 * taps;
  return {
    instructions: Math.round(2400 + lanes + wide + pulls + rowStarts + copies),
    work: { lanes, wide },
    weightBytesRead: blocks * weightBytes,
    codeWords: Math.round(14.1 * taps + 240 + 45 * (chunks - 1) * (1 + parts) + 30 * (parts - 1)),
    // Behind a chunk's loop only its loads are left below the next.
    nestedOperators: nestedLoop(chunk, packed) + (chunks - 1) * (2 * chunk + 16) + 8 * morePulls,
  };
}

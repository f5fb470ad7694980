/**
 * The fast form of an int8 fully_connected: packed, input-stationary, in chunks of inputs.
 *
 * Longer chunks touch the sums less often; shorter ones keep code and tile small. Passes over some
 * of the outputs keep the sums few and read the inputs again. Instruction figures are a fit of 16
 * measured layers and forms (wasm3 -Os, Cortex-M4 under -icount), none of which is off by more than
 * 0.1 %.
 */
import type { KernelForm } from "../op.ts";
import { activationRange } from "../shared/activation.ts";
import { type AccessStep, leadOverlap } from "../shared/lead.ts";
import type { LinearLayer } from "../shared/linear-layer.ts";
import { quantizationOf } from "../shared/operands.ts";
import {
  channelTriples,
  LANES,
  nestedLoop,
  type PackedLayer,
  packer,
  packTriples,
  requantizeWords,
} from "../shared/packed-lanes.ts";
import { WeightsWriter } from "../shared/weights-writer.ts";

/** Chunks that layers of any depth can share; 64 weights of any size fit a lane. */
const CHUNKS = [64, 32, 16];
/** i32 words before the weights, pulled once a run; the kernel's SIZES. */
const SIZE_BYTES = 9 * 4;
/** Groups of outputs a pass: all, or few enough for short sums. */
const PASS_GROUPS = [Number.POSITIVE_INFINITY, 32, 8];
/** Smaller layers do not repay the RAM that the unrolled body's translated code takes. */
const MACS_MIN = 2000;

export interface MatrixSizes {
  readonly rows: number;
  readonly outputs: number;
  readonly depth: number;
}

export function fullyConnectedPackedForms(layer: LinearLayer, sizes: MatrixSizes): KernelForm[] {
  if (sizes.depth * sizes.outputs < MACS_MIN) return [];
  const common = CHUNKS.filter((chunk) => chunk <= sizes.depth);
  const chunks = new Set([evenChunk(sizes.depth), ...common]);
  const groups = Math.ceil(sizes.outputs / LANES);
  const passes = [...new Set(PASS_GROUPS.map((most) => Math.min(most, groups)))];
  const pack = packer(layer, sizes.outputs, sizes.depth);
  return [...chunks].flatMap((chunk) => {
    const packed = pack(chunk);
    if (packed === null) return [];
    return passes.map((passGroups) => form(layer, sizes, packed, { chunk, passGroups }));
  });
}

interface Tiling {
  /** Inputs in locals at a time. */
  readonly chunk: number;
  /** Groups of outputs whose sums wait together. */
  readonly passGroups: number;
}

/** The chunk that cuts `depth` into the fewest pieces with the least waste. */
const evenChunk = (depth: number): number =>
  Math.ceil(depth / Math.ceil(depth / Math.max(...CHUNKS)));

function form(
  layer: LinearLayer,
  { rows, outputs, depth }: MatrixSizes,
  packed: PackedLayer,
  tiling: Tiling,
): KernelForm {
  const { chunk, passGroups } = tiling;
  const { min, max } = activationRange(layer.activation, layer.output);
  const groups = Math.ceil(outputs / LANES);
  const chunks = Math.ceil(depth / chunk);
  const words = LANES * (packed.twoSteps ? 5 : 3) * 8;
  const range = [quantizationOf(layer.output).zeroPoint, min, max];
  const weights = new WeightsWriter()
    .int32(rows, depth, outputs, packed.parts, packed.partTaps / chunk, ...range)
    .int32(passGroups)
    .bytes(packPasses(packed, tiling))
    .finish();
  const taps = rows * chunks * groups * chunk;
  const [lanes, wide] = [taps * 37.3, taps * 40.8];
  const passes = Math.ceil(groups / passGroups);
  const inner = chunks * (passes * (552 + 37.7 * chunk) + groups * 409);
  return {
    name: `packed-${chunk}${passes > 1 ? `-groups-${passGroups}` : ""}`,
    source: "fully-connected-packed",
    entry: "fullyConnectedPacked",
    constants: { CHUNK: chunk, TWO_STEP: Number(packed.twoSteps) },
    scratch: [
      { name: "tile", bytes: Math.max(chunk * 8, words), alignment: 8 },
      { name: "sums", bytes: passGroups * packed.parts * 8, alignment: 8 },
      { name: "last inputs", bytes: depth % chunk === 0 ? 0 : chunk, alignment: 1 },
      { name: "sizes", bytes: SIZE_BYTES, alignment: 4 },
    ],
    weights,
    cost: {
      instructions: Math.round(
        1580 + lanes + wide + rows * (inner + groups * (1396 + 416 * packed.parts)),
      ),
      work: { lanes, wide },
      weightBytesRead: SIZE_BYTES + rows * (weights.length - SIZE_BYTES),
      codeWords: Math.round(14.1 * chunk + 470),
      nestedOperators: nestedLoop(chunk, packed),
    },
    overlaps: [leadOverlap(passSteps({ rows, outputs, depth }, passGroups), 1)],
  };
}

/** Each pass reads a row of inputs whole before it writes its outputs. */
function* passSteps({ rows, outputs, depth }: MatrixSizes, passGroups: number) {
  for (let row = 0; row < rows; row++) {
    for (let end = 0; end < outputs; ) {
      end = Math.min(end + passGroups * LANES, outputs);
      const step: AccessStep = { readsFrom: row * depth, writtenTo: row * outputs + end };
      yield step;
    }
  }
}

/** Of each pass: chunk by chunk the triples of its groups, then their requantisation words. */
function packPasses(packed: PackedLayer, { chunk, passGroups }: Tiling): Uint8Array {
  const writer = new WeightsWriter();
  const groups = channelTriples(packed.filters.length);
  for (let first = 0; first < groups.length; first += passGroups) {
    const pass = groups.slice(first, first + passGroups);
    for (let start = 0; start < packed.taps; start += chunk) {
      for (const channels of pass) writer.bytes(packTriples(packed, channels, start, chunk));
    }
    for (const channels of pass) writer.packed64(...requantizeWords(packed, channels));
  }
  return writer.finish();
}

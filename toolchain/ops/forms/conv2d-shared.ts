/**
 * Forms of an int8 conv2d whose function layers share: sizes are data, only the chunk is code.
 *
 * A chunk is a run of contiguous taps, so a row of the kernel (width * channels bytes, without
 * horizontal dilation) has to divide into chunks. Instruction figures are a fit of 82 measured
 * layers and forms (wasm3 -Os, Cortex-M4 under -icount), none of which is off by more than 0.6 %.
 */
import { assert } from "../../diagnostics/assert.ts";
import type { KernelForm } from "../op.ts";
import { activationRange } from "../shared/activation.ts";
import { quantizationOf } from "../shared/operands.ts";
import {
  LANES,
  nestedLoop,
  type PackedLayer,
  type Packer,
  packGroups,
} from "../shared/packed-lanes.ts";
import { WeightsWriter } from "../shared/weights-writer.ts";
import {
  BLOCK_ROWS,
  type Blocking,
  blockingName,
  blockOverlaps,
  type Conv2dShape,
  isPadded,
  kernelSpan,
  windowRows,
} from "./conv2d-rows.ts";

const CHUNKS_MAX = [64, 48, 32, 16];
const CHUNK_MIN = 8;
/** Taps of the second body that a function may have: layers of few channels share it too. */
const SHORT = 16;
/** i32 words before the weights; the kernel's SIZES. */
const SHAPE_WORDS = 25;

interface SharedConvolution extends Conv2dShape {
  /** Contiguous taps of a kernel row. */
  readonly run: number;
}

export function conv2dSharedForms(layer: Conv2dShape, pack: Packer): KernelForm[] {
  const [, { kernel, dilation }] = layer.axes;
  if (dilation > 1) return [];
  const run = kernel * layer.input.channels;
  const shape = { ...layer, run };
  return chunksOf(run).flatMap((chunk) => {
    const packed = pack(chunk);
    if (packed === null) return [];
    const groups = packGroups(packed);
    return bodiesFor(chunk).flatMap((bodies) =>
      blockings(shape).map((blocking) => form(shape, { ...packed, groups }, bodies, blocking)),
    );
  });
}

/** The layer, and what all of its forms have behind their sizes in the weights section. */
interface GroupedLayer extends PackedLayer {
  readonly groups: Uint8Array;
}

/** The chunks that a function has bodies for, and the one of them that a layer takes. */
interface Bodies {
  readonly chunk: number;
  readonly long: number;
  /** 0: none. */
  readonly short: number;
}

/** A body alone, and a long one beside the short one, whichever of the two the layer takes. */
function bodiesFor(chunk: number): Bodies[] {
  const longs = CHUNKS_MAX.filter((long) => long > SHORT && (chunk === SHORT || long === chunk));
  const pairs = longs.map((long) => ({ chunk, long, short: SHORT }));
  return [{ chunk, long: chunk, short: 0 }, ...pairs];
}

/** Sums wait in memory for all of a block, so blocks pay with a window or without. */
function blockings(shape: SharedConvolution): Blocking[] {
  const rows = [...new Set(BLOCK_ROWS.map((count) => Math.min(count, shape.output.height)))];
  const windowed = rows.map((count) => ({ rows: count, windowed: true }));
  const direct = rows.map((count) => ({ rows: count, windowed: false }));
  return isPadded(shape) ? windowed : [...direct, ...windowed];
}

/** The longest divisors of a run that fit each limit. */
function chunksOf(run: number): number[] {
  const longest = (most: number) => {
    let chunk = Math.min(most, run);
    while (run % chunk !== 0) chunk -= 1;
    return chunk;
  };
  return [...new Set(CHUNKS_MAX.map(longest))].filter((chunk) => chunk >= CHUNK_MIN);
}

/** Columns and bytes of a window's row, and the bytes of the window that a block reads. */
function windowOf({ axes, input, output }: SharedConvolution, { rows, windowed }: Blocking) {
  const [, horizontal] = axes;
  const columns = (output.width - 1) * horizontal.stride + horizontal.kernel;
  const rowBytes = (windowed ? columns : input.width) * input.channels;
  return { columns, rowBytes, bytes: windowed ? windowRows(axes, rows) * rowBytes : 0 };
}

function form(
  shape: SharedConvolution,
  packed: GroupedLayer,
  { chunk, long, short }: Bodies,
  blocking: Blocking,
): KernelForm {
  const { output } = shape;
  const { rows } = blocking;
  const words = packed.twoSteps ? 5 : 3;
  const weights = new WeightsWriter()
    .int32(...sizes(shape, packed, chunk, blocking))
    .bytes(packed.groups)
    .finish();
  const groups = Math.ceil(output.channels / LANES);
  const blocks = Math.ceil(output.height / rows);
  const chunks = packed.taps / chunk;
  const pixels = output.height * output.width * groups;
  const wide = blocks * groups * 55 * packed.taps;
  const finish = 866 + (packed.parts - 1) * 170 + (packed.twoSteps ? 250 : 0);
  const lanes = pixels * (finish + 62.3 * packed.taps + 147 * chunks);
  const pulls = blocks * groups * (1663 + chunks * 772);
  const rowStarts = output.height * groups * (chunks * 155 - 299);
  const copies = output.height * 6535;
  return {
    name: `shared-${long}${short > 0 ? `-${short}` : ""}${blockingName(shape, blocking)}`,
    source: "conv2d-shared",
    entry: "conv2dShared",
    constants: { CHUNK: long, SHORT: short, TWO_STEP: Number(packed.twoSteps) },
    scratch: [
      { name: "window", bytes: windowOf(shape, blocking).bytes, alignment: 1 },
      { name: "tile", bytes: Math.max(chunk * 8, LANES * words * 8), alignment: 8 },
      { name: "sums", bytes: rows * output.width * packed.parts * 8, alignment: 8 },
      { name: "shape", bytes: SHAPE_WORDS * 4, alignment: 4 },
    ],
    weights,
    cost: {
      instructions: Math.round(1000 + lanes + wide + pulls + rowStarts + copies),
      work: { lanes, wide },
      weightBytesRead: SHAPE_WORDS * 4 + blocks * (weights.length - SHAPE_WORDS * 4),
      codeWords: Math.round(14.5 * (long + short) + 760 + (short > 0 ? 80 : 0)),
      nestedOperators: nestedLoop(long, packed),
    },
    overlaps: blockOverlaps(shape, blocking),
  };
}

/** The shape block, in the order that the kernel reads it. */
function sizes(
  shape: SharedConvolution,
  packed: PackedLayer,
  chunk: number,
  blocking: Blocking,
): number[] {
  const { layer, axes, pads, input, output, run } = shape;
  const [vertical, horizontal] = axes;
  const [padTop = 0, padLeft = 0] = pads;
  const { columns, rowBytes } = windowOf(shape, blocking);
  const { min, max } = activationRange(layer.activation, layer.output);
  const list = [
    ...[output.height, output.width, output.channels],
    ...[blocking.rows, Number(blocking.windowed)],
    vertical.stride * rowBytes,
    ...[vertical.kernel, vertical.dilation * rowBytes, run / chunk],
    ...[packed.parts, packed.partTaps / chunk],
    horizontal.stride * input.channels,
    ...[quantizationOf(layer.output).zeroPoint, min, max],
    quantizationOf(layer.input).zeroPoint,
    ...[input.height, input.width * input.channels, rowBytes, padLeft * input.channels],
    Math.min(input.width, columns - padLeft) * input.channels,
    ...[vertical.stride, padTop, kernelSpan(axes)],
    chunk,
  ];
  assert(list.length === SHAPE_WORDS, "a word for every size of the shape block");
  return list;
}

/**
 * The form of an int8 depthwise_conv2d whose function layers share: packed columns, rows of any
 * width, any stride, every size data.
 *
 * Two columns before a row's first window are read at most, then one at a time. Instruction figures
 * are a fit of 18 measured layers (wasm3 -Os, Cortex-M4 under -icount), slabs among them, none of
 * which is off by more than 0.7 %; code is what a module grows by with the function.
 */
import { assert } from "../../diagnostics/assert.ts";
import type { KernelForm } from "../op.ts";
import { activationRange } from "../shared/activation.ts";
import { quantizationOf } from "../shared/operands.ts";
import { foldLayer } from "../shared/packed-lanes.ts";
import { planeOverlap } from "../shared/plane-overlap.ts";
import { WeightsWriter } from "../shared/weights-writer.ts";
import {
  channelTileBytes,
  KERNEL,
  type Planes,
  packColumns,
  readsOutside,
} from "./depthwise-planes.ts";

/** i32 words before the weights; the kernel's SIZES. */
const SHAPE_WORDS = 15;

export function depthwiseSharedForms(planes: Planes): KernelForm[] {
  const { layer, axes, pads, input, output, filters } = planes;
  const folded = foldLayer(layer, filters, { start: 0 });
  if (folded === null) return [];
  const walk = walkOf(planes);
  const weights = new WeightsWriter()
    .int32(...sizes(planes, walk))
    .bytes(packColumns(planes, folded))
    .finish();
  const keptTaps = Math.max(0, KERNEL - axes[1].stride);
  return [
    {
      name: "shared",
      source: "depthwise-shared",
      entry: "depthwiseShared",
      constants: { TWO_STEP: Number(folded.twoSteps) },
      scratch: [
        { name: "zero row", bytes: walk.zeroRowBytes, alignment: 1 },
        { name: "tile", bytes: channelTileBytes(folded), alignment: 8 },
        { name: "shape", bytes: SHAPE_WORDS * 4, alignment: 4 },
      ],
      weights,
      cost: {
        ...sharedCost(planes, walk, folded.twoSteps),
        weightBytesRead: weights.length,
      },
      overlaps: [planeOverlap({ axes, pads, input, output, keptTaps }, input.channels)],
    },
  ];
}

/** Columns of the input that a row of windows reads, and whether it reads one right of them. */
interface Walk {
  readonly columns: number;
  readonly edge: number;
  readonly zeroRowBytes: number;
}

function walkOf(planes: Planes): Walk {
  const { axes, pads, input, output } = planes;
  const [, left = 0] = pads;
  const reach = (output.width - 1) * axes[1].stride - left + KERNEL;
  const columns = Math.min(reach, input.width);
  const zeroRowBytes = readsOutside(planes) ? (columns - 1) * input.channels + 1 : 0;
  return { columns, edge: reach - columns, zeroRowBytes };
}

/** The shape block, in the order that the kernel reads it. */
function sizes(
  { layer, axes, pads, input, output }: Planes,
  { columns, edge, zeroRowBytes }: Walk,
): number[] {
  const [vertical, horizontal] = axes;
  const [top = 0, left = 0] = pads;
  const { channels } = input;
  const row = input.width * channels;
  const { min, max } = activationRange(layer.activation, layer.output);
  const list = [
    ...[channels, row, input.height * row],
    ...[-top * row, vertical.stride * row, (output.height * vertical.stride - top) * row],
    ...[(KERNEL - 1 - left) * channels, horizontal.stride * channels, columns * channels, edge],
    ...[quantizationOf(layer.output).zeroPoint, min, max],
    ...[quantizationOf(layer.input).zeroPoint, zeroRowBytes],
  ];
  assert(list.length === SHAPE_WORDS, "a word for every size of the shape block");
  return list;
}

function sharedCost({ output }: Planes, { columns }: Walk, twoSteps: boolean) {
  const row = 317 + (twoSteps ? 408 : 288) * output.width + 325.5 * columns;
  return {
    instructions: Math.round(1640 + output.channels * (838 + output.height * row)),
    work: { lanes: output.channels * output.height * 325.5 * columns },
    codeWords: twoSteps ? 478 : 430,
  };
}

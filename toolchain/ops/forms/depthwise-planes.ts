/**
 * What the fast forms of an int8 depthwise_conv2d with 3x3 windows share: which layers they serve,
 * the sizes they bind and their weights, a channel's columns packed bottom row first.
 *
 * They serve one output channel an input channel, with at most one padded column on either side. A
 * lane of 22 bits holds 9 products of a weight and a byte, signed or not, whatever the weights.
 */
import { must } from "../../diagnostics/assert.ts";
import { activationRange } from "../shared/activation.ts";
import { filterAt } from "../shared/channel-records.ts";
import type { ConvolutionAttributes } from "../shared/convolution.ts";
import { type Nhwc, nhwc } from "../shared/layout.ts";
import type { LinearLayer } from "../shared/linear-layer.ts";
import { quantizationOf } from "../shared/operands.ts";
import { type FoldedLayer, requantizeWords } from "../shared/packed-lanes.ts";
import { type WindowAxes, windowConstants } from "../shared/padding.ts";
import { WeightsWriter } from "../shared/weights-writer.ts";

export const KERNEL = 3;
const TAPS = KERNEL * KERNEL;

export interface Planes {
  readonly layer: LinearLayer;
  readonly axes: WindowAxes;
  readonly pads: readonly number[];
  readonly input: Nhwc;
  readonly output: Nhwc;
  /** Nine weights of each channel. */
  readonly filters: readonly (readonly number[])[];
}

/** The layer as channel planes; null when it is none that packed columns serve. */
export function planesOf(
  layer: LinearLayer,
  axes: WindowAxes,
  { pads, dilations }: ConvolutionAttributes,
): Planes | null {
  const input = nhwc(layer.input.shape);
  const output = nhwc(layer.output.shape);
  const [, { stride }] = axes;
  const left = pads[1] ?? 0;
  const lastMiddle = (output.width - 1) * stride - left + 1;
  const fits =
    layer.input.dtype === "int8" &&
    input.batch === 1 &&
    output.channels === input.channels &&
    axes.every(({ kernel }) => kernel === KERNEL) &&
    dilations.every((dilation) => dilation === 1) &&
    left <= 1 &&
    lastMiddle < input.width;
  if (!fits) return null;
  const filters = Array.from({ length: input.channels }, (_, channel) =>
    filterAt(layer, channel, input.channels, TAPS),
  );
  return { layer, axes, pads, input, output, filters };
}

/** Whether some window has a row above the input or below it. */
export function readsOutside({ axes: [{ stride }], pads, input, output }: Planes): boolean {
  const [top = 0] = pads;
  return top > 0 || (output.height - 1) * stride - top + KERNEL > input.height;
}

/** The kernels' parameters of these names, and what finishes their sums. */
export function planeConstants(
  { layer, axes, pads, input, output }: Planes,
  folded: FoldedLayer,
  sizes: readonly string[],
): Readonly<Record<string, number>> {
  const { min, max } = activationRange(layer.activation, layer.output);
  const all = windowConstants(axes, pads, input, output);
  return {
    ...Object.fromEntries(sizes.map((name) => [name, must(all[name], name)])),
    TWO_STEP: Number(folded.twoSteps),
    INPUT_ZERO: quantizationOf(layer.input).zeroPoint,
    OUTPUT_ZERO: quantizationOf(layer.output).zeroPoint,
    ...{ OUTPUT_MIN: min, OUTPUT_MAX: max },
  };
}

/** Bytes of a channel's expanded columns and requantisation words. */
export const channelTileBytes = ({ twoSteps }: FoldedLayer): number =>
  (KERNEL + (twoSteps ? 5 : 3)) * 8;

/** For each channel its window's columns, bottom row first, then its requantisation words. */
export function packColumns({ filters }: Planes, folded: FoldedLayer): Uint8Array {
  const writer = new WeightsWriter();
  filters.forEach((filter, channel) => {
    for (let column = 0; column < KERNEL; column++) {
      const taps = [2, 1, 0].map((row) => must(filter[row * KERNEL + column], "a weight"));
      writer.int8(...taps);
    }
    writer.packed64(...requantizeWords(folded, [channel]));
  });
  return writer.finish();
}

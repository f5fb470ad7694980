/**
 * Blocks of output rows: how the packed forms of conv2d cut a layer, and where the output may lie.
 *
 * A windowed block copies the input rows it needs, those that the block before it has taken
 * excepted, and then writes its output rows. Padding needs the window; without padding it is what
 * lets the output lie over the input, since a direct block reads its rows again for every group of
 * channels that it writes.
 */
import type { Overlap } from "../op.ts";
import type { Nhwc } from "../shared/layout.ts";
import { type AccessStep, leadOverlap } from "../shared/lead.ts";
import type { LinearLayer } from "../shared/linear-layer.ts";
import type { WindowAxes } from "../shared/padding.ts";

export interface ConvolutionWindow {
  readonly axes: WindowAxes;
  readonly pads: readonly number[];
  readonly input: Nhwc;
  readonly output: Nhwc;
}

/** A layer that the packed forms serve. */
export interface Conv2dShape extends ConvolutionWindow {
  readonly layer: LinearLayer;
}

export interface Blocking {
  /** Output rows of a block; the weights are pulled once a block. */
  readonly rows: number;
  readonly windowed: boolean;
}

/** Output rows of a block worth offering, beside the whole layer. */
export const BLOCK_ROWS = [5, 2, 1];

export const isPadded = ({ pads }: ConvolutionWindow): boolean => pads.some((pad) => pad > 0);

/** From a kernel's first row to its last. */
export const kernelSpan = ([vertical]: WindowAxes): number =>
  (vertical.kernel - 1) * vertical.dilation + 1;

/** Input rows, outside the image or not, that a block of output rows covers. */
export const windowRows = (axes: WindowAxes, rows: number): number =>
  (rows - 1) * axes[0].stride + kernelSpan(axes);

/** A direct block reads after it has written: its output has to lie apart. */
export function blockOverlaps(window: ConvolutionWindow, blocking: Blocking): Overlap[] {
  return blocking.windowed ? [leadOverlap(blockSteps(window, blocking.rows), 1)] : [];
}

/** Each block copies its new input rows, then writes its outputs. */
function* blockSteps({ axes, pads, input, output }: ConvolutionWindow, rows: number) {
  const [{ stride }] = axes;
  const top = pads[0] ?? 0;
  const inputRow = input.width * input.channels;
  const outputRow = output.width * output.channels;
  let taken = 0;
  for (let first = 0; first < output.height; first += rows) {
    const end = Math.min(first + rows, output.height);
    const start = first * stride - top;
    const next = Math.max(taken, start);
    const until = Math.min(start + windowRows(axes, end - first), input.height);
    const readsFrom = next < until ? next * inputRow : Number.POSITIVE_INFINITY;
    taken = Math.max(taken, until);
    const step: AccessStep = { readsFrom, writtenTo: end * outputRow };
    yield step;
  }
}

/** What a form's name says of its blocks. */
export function blockingName(window: ConvolutionWindow, { rows, windowed }: Blocking): string {
  const whole = rows === window.output.height;
  return `${whole ? "" : `-rows-${rows}`}${windowed && !isPadded(window) ? "-window" : ""}`;
}

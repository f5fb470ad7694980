/**
 * Geometry of sliding windows: sizes, explicit pads and TFLite's two padding schemes.
 *
 * The IR always holds explicit pads [top, left, bottom, right]; SAME and VALID exist only in files
 * and are resolved with the input's size when read. SAME gives ceil(input / stride) outputs and
 * puts the odd element of padding after; VALID pads nothing (TFLite ComputePadding, padding.h).
 */
import { must } from "../../diagnostics/assert.ts";
import { Diagnostic } from "../../diagnostics/diagnostic.ts";
import type { Shape } from "../../ir/types.ts";
import { type Nhwc, nhwc } from "./layout.ts";

/** One spatial axis of a sliding window. */
export interface WindowAxis {
  readonly input: number;
  readonly kernel: number;
  readonly stride: number;
  readonly dilation: number;
  /**
   * Distance of the input's elements, between which the window meets nothing; more than 1 where a
   * transposed convolution is one over a spread input, and then the dilation is 1.
   */
  readonly spread?: number;
}

/** Vertical, then horizontal. */
export type WindowAxes = readonly [WindowAxis, WindowAxis];

type Pair = readonly (number | undefined)[];

/** The window's two axes over an NHWC input. */
export function windowAxes(
  input: Shape,
  kernel: Pair,
  window: { readonly strides: Pair; readonly dilations?: Pair },
): WindowAxes {
  const { height, width } = nhwc(input);
  const axis = (size: number, index: 0 | 1): WindowAxis => ({
    input: size,
    kernel: kernel[index] ?? 1,
    stride: window.strides[index] ?? 1,
    dilation: window.dilations?.[index] ?? 1,
  });
  return [axis(height, 0), axis(width, 1)];
}

/** From the first tap to the last, both included. */
function extent({ kernel, dilation }: WindowAxis): number {
  return (kernel - 1) * dilation + 1;
}

function samePadsOf(axis: WindowAxis): readonly [number, number] {
  const outputs = Math.ceil(axis.input / axis.stride);
  const total = Math.max(0, (outputs - 1) * axis.stride + extent(axis) - axis.input);
  return [Math.floor(total / 2), Math.ceil(total / 2)];
}

/** Pads of TFLite's SAME scheme, as [top, left, bottom, right]. */
export function samePads([vertical, horizontal]: WindowAxes): readonly number[] {
  const [top, bottom] = samePadsOf(vertical);
  const [left, right] = samePadsOf(horizontal);
  return [top, left, bottom, right];
}

const validPads = [0, 0, 0, 0] as const;

/** TFLite's enumeration Padding. */
const tfliteSchemes = [
  { code: 1, pads: () => validPads },
  { code: 0, pads: samePads },
] as const;

/** Explicit pads of a scheme as a .tflite file stores it. */
export function padsOfTflite(code: number, axes: WindowAxes): readonly number[] {
  const scheme = tfliteSchemes.find((candidate) => candidate.code === code);
  if (scheme) return scheme.pads(axes);
  throw new Diagnostic("EF1004", { message: `padding scheme ${code} is neither SAME nor VALID` });
}

/** The scheme that gives these pads, or null when a .tflite file cannot express them. */
export function tflitePaddingOf(pads: readonly number[], axes: WindowAxes): number | null {
  const gives = (candidate: readonly number[]) =>
    candidate.every((size, index) => size === pads[index]);
  return tfliteSchemes.find((scheme) => gives(scheme.pads(axes)))?.code ?? null;
}

/** The pads of a window over an input of another size: SAME follows the size, all else stays. */
export function resizedPads(pads: readonly number[], from: WindowAxes, to: WindowAxes) {
  const isZero = pads.every((size) => size === 0);
  const wasSame = samePads(from).every((size, side) => size === pads[side]);
  return wasSame && !isZero ? samePads(to) : pads;
}

/** Output height and width; EF2002 when the window is larger than the padded input. */
export function windowOutput(axes: WindowAxes, pads: readonly number[]): [number, number] {
  const length = (axis: WindowAxis, before: number, after: number): number => {
    const padded = axis.input + before + after;
    if (padded >= extent(axis)) return Math.floor((padded - extent(axis)) / axis.stride) + 1;
    throw new Diagnostic("EF2002", {
      message: `a window of ${extent(axis)} does not fit into ${padded} padded elements`,
    });
  };
  const [top = 0, left = 0, bottom = 0, right = 0] = pads;
  return [length(axes[0], top, bottom), length(axes[1], left, right)];
}

/** A tap of a window and the pixel under it. */
export interface Tap {
  /** Row-major index in the window. */
  readonly index: number;
  /** Row-major index of the pixel in the input's plane. */
  readonly pixel: number;
}

/** The taps of the window of output pixel (y, x) that fall on the input, row by row. */
export function windowTaps(
  [vertical, horizontal]: WindowAxes,
  pads: readonly number[],
  y: number,
  x: number,
): Tap[] {
  const rows = tapsOn(vertical, y * vertical.stride - (pads[0] ?? 0));
  const columns = tapsOn(horizontal, x * horizontal.stride - (pads[1] ?? 0));
  return rows.flatMap((row) =>
    columns.map((column) => ({
      index: row.tap * horizontal.kernel + column.tap,
      pixel: row.element * horizontal.input + column.element,
    })),
  );
}

/** The taps along one axis that fall on an element, for a window at `origin`. */
function tapsOn(axis: WindowAxis, origin: number): { tap: number; element: number }[] {
  const { spread = 1, dilation } = axis;
  const [first, end] = tapsInside({ ...axis, input: axis.input * spread }, origin);
  return Array.from({ length: Math.max(0, end - first) }, (_, index) => first + index)
    .map((tap) => ({ tap, element: (origin + tap * dilation) / spread }))
    .filter(({ element }) => Number.isInteger(element));
}

/** Taps that fall on an element, over all positions of a window along one axis. */
export function tapCount(axis: WindowAxis, positions: number, before: number): number {
  let count = 0;
  for (let position = 0; position < positions; position++) {
    count += tapsOn(axis, position * axis.stride - before).length;
  }
  return count;
}

/** Indices [first, end) of the taps that fall inside the input, for a window at `origin`. */
export function tapsInside(axis: WindowAxis, origin: number): readonly [number, number] {
  const first = origin < 0 ? Math.ceil(-origin / axis.dilation) : 0;
  const end = Math.ceil((axis.input - origin) / axis.dilation);
  return [first, Math.min(axis.kernel, end)];
}

/** What a window's kernel binds: the sizes of both activations, the steps and the pads. */
export function windowConstants(
  axes: WindowAxes,
  pads: readonly number[],
  input: Nhwc,
  output: Nhwc,
): Readonly<Record<string, number>> {
  const [vertical, horizontal] = axes;
  return {
    BATCH: input.batch,
    INPUT_HEIGHT: input.height,
    INPUT_WIDTH: input.width,
    INPUT_CHANNELS: input.channels,
    OUTPUT_HEIGHT: output.height,
    OUTPUT_WIDTH: output.width,
    OUTPUT_CHANNELS: output.channels,
    KERNEL_HEIGHT: vertical.kernel,
    KERNEL_WIDTH: horizontal.kernel,
    STRIDE_Y: vertical.stride,
    STRIDE_X: horizontal.stride,
    DILATION_Y: vertical.dilation,
    DILATION_X: horizontal.dilation,
    PAD_TOP: pads[0] ?? 0,
    PAD_LEFT: pads[1] ?? 0,
  };
}

/** Padding around padding. */
export const sumOfPads = (inner: readonly number[], outer: readonly number[]): number[] =>
  inner.map((pad, side) => pad + must(outer[side], "four pads"));

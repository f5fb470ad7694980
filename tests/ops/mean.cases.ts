/**
 * mean: every pattern of axes, and each of TensorFlow Lite's kernels: XNNPACK's for [1, 2] and [2],
 * the reference kernel for the rest, its integer path for equal quantisation.
 */
import type { Shape } from "../../toolchain/ir/types.ts";
import { float32, int8, type OpCase, type OpCases } from "./case.ts";

export interface MeanSketch {
  readonly name: string;
  readonly input: Shape;
  readonly axes: readonly number[];
  readonly keepDims?: boolean;
  readonly float?: boolean;
  /** [scale, zero point] of input and output. */
  readonly from?: readonly [number, number];
  readonly to?: readonly [number, number];
  readonly values?: readonly number[];
}

const halves = [-4, -3, -2, -1, 0, 1, 2, 3, -3, -2, -1, 0, 1, 2, 3, 4];
const half = { from: [0.5, 0], to: [0.5, 1], values: halves } as const;

const sketches: readonly MeanSketch[] = [
  { name: "over the plane, kept", input: [1, 7, 5, 11], axes: [1, 2], keepDims: true },
  { name: "over the plane, dropped, two images", input: [2, 4, 3, 5], axes: [2, 1] },
  { name: "over the width", input: [1, 3, 5, 7], axes: [2] },
  { name: "over the plane with negative axes", input: [1, 4, 5, 3], axes: [-3, -2] },
  { name: "over the channels", input: [1, 5, 3, 13], axes: [3], keepDims: true },
  { name: "over the height", input: [2, 7, 3, 5], axes: [1] },
  { name: "over the first", input: [13, 5], axes: [0] },
  { name: "over everything", input: [1, 3, 5, 7], axes: [0, 1, 2, 3] },
  { name: "over two runs", input: [3, 5, 7, 2], axes: [0, 2] },
  { name: "over two other runs", input: [3, 5, 7, 2], axes: [1, 3], keepDims: true },
  { name: "sizes of one", input: [1, 1, 1, 1], axes: [1, 2], keepDims: true },
  { name: "rank 5", input: [2, 3, 2, 5, 3], axes: [1, 3] },
  { name: "rank 1", input: [17], axes: [-1], keepDims: true },
  {
    name: "equal quantisation is truncated",
    ...{ input: [3, 7, 4], axes: [1], from: [0.0471, -7], to: [0.0471, -7] },
  },
  {
    name: "equal quantisation over the plane",
    ...{ input: [1, 3, 7, 4], axes: [1, 2], from: [0.0471, -7], to: [0.0471, -7] },
  },
  { name: "halves go to even over the plane", input: [1, 2, 1, 8], axes: [1, 2], ...half },
  { name: "halves go away elsewhere", input: [1, 2, 8], axes: [1], ...half },
  {
    name: "extreme zero points, saturating",
    ...{ input: [1, 3, 3, 9], axes: [1, 2], from: [0.9, 127], to: [0.011, -128] },
  },
  {
    name: "extreme zero points elsewhere",
    ...{ input: [1, 3, 3, 9], axes: [1], from: [0.09, -128], to: [0.011, 127] },
  },
  {
    name: "a ratio that XNNPACK does not take",
    ...{ input: [1, 3, 3, 9], axes: [1, 2], from: [3.1, -128], to: [0.0011, 127] },
  },
  { name: "float over the plane", input: [1, 7, 5, 3], axes: [1, 2], keepDims: true, float: true },
  { name: "float over two runs", input: [3, 5, 7, 2], axes: [0, 2], float: true },
];

export function meanCase(sketch: MeanSketch, index: number): OpCase {
  const { name, input, axes, keepDims = false, from = [0.0471, -7], to = [0.0213, 5] } = sketch;
  const resolved = axes.map((axis) => (axis < 0 ? axis + input.length : axis));
  const shape = keepDims
    ? input.map((size, axis) => (resolved.includes(axis) ? 1 : size))
    : input.filter((_, axis) => !resolved.includes(axis));
  const { values } = sketch;
  const type = sketch.float ? float32(input) : int8(input, ...from);
  return {
    name,
    attributes: { axes, keepDims },
    inputs: [{ type, ...(values && { values }) }],
    outputs: [sketch.float ? float32(shape) : int8(shape, ...to)],
    seed: 500 + index,
  };
}

const cases: OpCases = { op: "mean", cases: sketches.map(meanCase) };

export default cases;

/** pad: each dimension alone and together, unequal sides, every element type that has a kernel. */
import type { TensorType } from "../../toolchain/ir/types.ts";
import { float32, int8, type OpCase, type OpCases } from "./case.ts";

interface PadSketch {
  readonly name: string;
  readonly input: TensorType;
  readonly pads: readonly (readonly [before: number, after: number])[];
}

const image = int8([1, 3, 5, 2], 0.0471, -7);

const sketches: readonly PadSketch[] = [
  {
    name: "nothing",
    input: image,
    pads: [
      [0, 0],
      [0, 0],
      [0, 0],
      [0, 0],
    ],
  },
  {
    name: "the plane",
    input: image,
    pads: [
      [0, 0],
      [1, 2],
      [3, 4],
      [0, 0],
    ],
  },
  {
    name: "above only",
    input: image,
    pads: [
      [0, 0],
      [3, 0],
      [0, 0],
      [0, 0],
    ],
  },
  {
    name: "right only",
    input: image,
    pads: [
      [0, 0],
      [0, 0],
      [0, 2],
      [0, 0],
    ],
  },
  {
    name: "channels",
    input: image,
    pads: [
      [0, 0],
      [0, 0],
      [0, 0],
      [1, 3],
    ],
  },
  {
    name: "images",
    input: image,
    pads: [
      [1, 2],
      [0, 0],
      [0, 0],
      [0, 0],
    ],
  },
  {
    name: "all four",
    input: image,
    pads: [
      [1, 0],
      [0, 2],
      [1, 1],
      [3, 2],
    ],
  },
  {
    name: "zero point -128",
    input: int8([1, 2, 2, 3], 0.02, -128),
    pads: [
      [0, 0],
      [1, 1],
      [1, 1],
      [0, 0],
    ],
  },
  {
    name: "zero point 127",
    input: int8([1, 2, 2, 3], 0.02, 127),
    pads: [
      [0, 0],
      [1, 1],
      [1, 1],
      [0, 0],
    ],
  },
  { name: "one element", input: int8([1], 0.02, 5), pads: [[2, 3]] },
  {
    name: "rank 2",
    input: int8([3, 7], 0.02, 5),
    pads: [
      [0, 1],
      [2, 0],
    ],
  },
  {
    name: "float",
    input: float32([1, 3, 5, 2]),
    pads: [
      [0, 0],
      [1, 2],
      [3, 4],
      [0, 1],
    ],
  },
  {
    name: "int32",
    input: { dtype: "int32", shape: [2, 3, 5] },
    pads: [
      [1, 0],
      [0, 0],
      [2, 1],
    ],
  },
];

export function padCase({ name, input, pads }: PadSketch, index: number): OpCase {
  const shape = input.shape.map((size, axis) => {
    const [before = 0, after = 0] = pads[axis] ?? [];
    return before + size + after;
  });
  return {
    name,
    attributes: { before: pads.map(([before]) => before), after: pads.map(([, after]) => after) },
    inputs: [{ type: input }],
    outputs: [{ ...input, shape }],
    seed: 700 + index,
  };
}

const cases: OpCases = { op: "pad", cases: sketches.map(padCase) };

export default cases;

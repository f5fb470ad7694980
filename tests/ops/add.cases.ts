/** add: broadcasting of every kind, constants on either side, both of TensorFlow Lite's kernels. */
import type { Shape } from "../../toolchain/ir/types.ts";
import { float32, int8, type OpCase, type OpCases } from "./case.ts";

type Quantisation = readonly [scale: number, zeroPoint: number];

export interface AddSketch {
  readonly name: string;
  readonly a: Shape;
  readonly b: Shape;
  readonly output: Shape;
  readonly activation?: string;
  readonly quantisation?: readonly [Quantisation, Quantisation, Quantisation];
  readonly dtype?: "float32" | "int32";
  /** Index of an operand that is a weight. */
  readonly constant?: number;
}

const same = (shape: Shape) => ({ a: shape, b: shape, output: shape });

const sketches: readonly AddSketch[] = [
  { name: "one element", ...same([1]) },
  { name: "equal shapes", ...same([1, 5, 7, 3]) },
  { name: "relu", ...same([2, 3, 5, 7]), activation: "relu" },
  { name: "relu6", ...same([1, 13, 17]), activation: "relu6" },
  { name: "relu_n1_to_1", ...same([1, 13, 17]), activation: "relu_n1_to_1" },
  { name: "second is a scalar", a: [1, 3, 5, 7], b: [], output: [1, 3, 5, 7] },
  { name: "first is one element", a: [1, 1], b: [1, 3, 5, 7], output: [1, 3, 5, 7] },
  { name: "by channel", a: [1, 3, 5, 7], b: [7], output: [1, 3, 5, 7] },
  { name: "by row", a: [1, 3, 5, 7], b: [1, 3, 1, 1], output: [1, 3, 5, 7] },
  { name: "by pixel", a: [1, 3, 5, 1], b: [2, 3, 5, 7], output: [2, 3, 5, 7] },
  { name: "both repeat", a: [1, 3, 1, 7], b: [2, 1, 5, 1], output: [2, 3, 5, 7] },
  { name: "outer product", a: [5, 1], b: [1, 7], output: [5, 7] },
  { name: "sizes of one between", a: [3, 1, 7], b: [5, 1], output: [3, 5, 7] },
  { name: "constant by channel", a: [1, 4, 3, 5], b: [5], output: [1, 4, 3, 5], constant: 1 },
  { name: "constant first", a: [4, 1, 5], b: [4, 3, 5], output: [4, 3, 5], constant: 0 },
  {
    name: "extreme zero points",
    ...same([3, 67]),
    quantisation: [
      [0.031, -128],
      [0.017, 127],
      [0.029, 127],
    ],
  },
  {
    name: "saturating",
    ...same([3, 67]),
    quantisation: [
      [0.9, 5],
      [0.7, -128],
      [0.0111, -3],
    ],
  },
  {
    name: "scales far apart",
    ...same([3, 67]),
    quantisation: [
      [0.41, 5],
      [0.00061, 77],
      [0.39, -30],
    ],
  },
  {
    name: "ratio that XNNPACK does not take",
    ...same([3, 67]),
    quantisation: [
      [0.41, 5],
      [0.00031, 77],
      [0.39, -30],
    ],
  },
  {
    name: "same, with a constant",
    ...same([3, 67]),
    constant: 1,
    quantisation: [
      [0.41, 5],
      [0.00031, 77],
      [0.39, -30],
    ],
  },
  {
    name: "powers of two, with ties",
    ...same([3, 67]),
    quantisation: [
      [0.25, 0],
      [0.125, 0],
      [0.5, 0],
    ],
  },
  { name: "float", ...same([1, 5, 7, 3]), dtype: "float32" },
  {
    name: "float, relu6, by channel",
    a: [2, 5, 3],
    b: [3],
    output: [2, 5, 3],
    dtype: "float32",
    activation: "relu6",
  },
  {
    name: "float constant",
    a: [3],
    b: [2, 5, 3],
    output: [2, 5, 3],
    dtype: "float32",
    constant: 0,
  },
  { name: "int32", a: [2, 5, 3], b: [5, 1], output: [2, 5, 3], dtype: "int32" },
  {
    name: "int32, relu6, constant",
    ...same([7]),
    dtype: "int32",
    activation: "relu6",
    constant: 1,
  },
];

const usual = [
  [0.0471, -7],
  [0.0313, 11],
  [0.0611, 3],
] as const;

export function addCase(sketch: AddSketch, index: number): OpCase {
  const { name, activation = "none", quantisation = usual, constant } = sketch;
  const types = [sketch.a, sketch.b, sketch.output].map((shape, operand) => {
    if (sketch.dtype === "float32") return float32(shape);
    if (sketch.dtype === "int32") return { dtype: "int32", shape } as const;
    return int8(shape, ...(quantisation[operand] ?? [1, 0]));
  });
  const inputs = types
    .slice(0, 2)
    .map((type, operand) => ({ type, constant: operand === constant }));
  return { name, attributes: { activation }, inputs, outputs: types.slice(2), seed: 600 + index };
}

const cases: OpCases = { op: "add", cases: sketches.map(addCase) };

export default cases;

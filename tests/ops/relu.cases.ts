/** relu: all int8 values through equal and unequal scales, and the three ranges. */
import type { OpCases } from "./case.ts";
import { allBytes, type UnarySketch, unaryCase } from "./unary-case.ts";

const bytes = { shape: [256], values: allBytes };

const sketches: readonly (UnarySketch & { readonly activation: string })[] = [
  { name: "equal scales", activation: "relu", ...bytes, from: [0.05, -7], to: [0.05, -7] },
  { name: "equal scales, 6", activation: "relu6", ...bytes, from: [0.05, -7], to: [0.05, -7] },
  { name: "finer output", activation: "relu", ...bytes, from: [0.05, 3], to: [0.0213, -128] },
  { name: "coarser output", activation: "relu", ...bytes, from: [0.0471, 100], to: [0.31, 11] },
  { name: "6, finer output", activation: "relu6", ...bytes, from: [0.5, -3], to: [0.0236, -128] },
  { name: "zero points 127", activation: "relu", ...bytes, from: [0.5, 127], to: [0.4, 127] },
  { name: "ties", activation: "relu6", ...bytes, from: [0.25, 0], to: [0.5, -128] },
  { name: "saturating", activation: "relu", ...bytes, from: [3, -100], to: [0.01, -128] },
  {
    name: "-1 to 1",
    ...{ activation: "relu_n1_to_1", ...bytes, from: [0.05, -7], to: [0.02, 5] },
    withoutOracle: "TensorFlow Lite has no int8 kernel for RELU_N1_TO_1",
  },
  {
    name: "many dimensions",
    activation: "relu",
    shape: [2, 3, 5, 7],
    from: [0.1, 0],
    to: [0.1, 0],
  },
  { name: "one element", activation: "relu", shape: [1], from: [0.1, 0], to: [0.07, 1] },
  { name: "float", activation: "relu", shape: [3, 5, 7] },
  { name: "float, 6", activation: "relu6", shape: [4], values: [-1, 5.5, 6.5, 0] },
  { name: "float, -1 to 1", activation: "relu_n1_to_1", shape: [3, 5] },
];

const cases: OpCases = {
  op: "relu",
  cases: sketches.map(({ activation, ...sketch }, index) =>
    unaryCase({ ...sketch, attributes: { activation } }, 1000 + index),
  ),
};

export default cases;

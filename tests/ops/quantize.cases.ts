/** quantize: exact halves, values out of range, infinities; all int8 values to other scales. */
import type { OpCases } from "./case.ts";
import { allBytes, type UnarySketch, unaryCase } from "./unary-case.ts";

const bytes = { shape: [256], values: allBytes };
const halves = Array.from({ length: 64 }, (_, index) => index / 4 - 8);

const sketches: readonly UnarySketch[] = [
  { name: "random", shape: [3, 5, 7], to: [0.0157, 3] },
  { name: "one element", shape: [1], to: [0.0157, 3] },
  { name: "halves", shape: [64], values: halves, to: [0.5, 1] },
  { name: "zero point -128", shape: [64], to: [0.0157, -128] },
  { name: "zero point 127", shape: [64], to: [0.0157, 127] },
  { name: "out of range", shape: [4], values: [-1e30, 1e30, -1e6, 1e6], to: [0.01, 0] },
  { name: "infinities", shape: [2], values: [-Infinity, Infinity], to: [0.01, 0] },
  {
    name: "not a number",
    ...{ shape: [2], values: [Number.NaN, 1], to: [0.01, 0] },
    withoutOracle: "the result of NaN is undefined there",
  },
  { name: "to a finer scale", ...bytes, from: [0.05, 3], to: [0.0213, -17] },
  { name: "to a coarser scale", ...bytes, from: [0.0471, -128], to: [0.31, 127] },
  { name: "to the same scale", ...bytes, from: [0.0471, -128], to: [0.0471, 0] },
  { name: "ties", ...bytes, from: [0.25, 0], to: [0.5, -3] },
  { name: "saturating", ...bytes, from: [3, -100], to: [0.03, 0] },
  { name: "smallest ratio of XNNPACK", ...bytes, from: [0.00390625, 7], to: [1, 0] },
  { name: "largest ratio of XNNPACK", ...bytes, from: [128, 7], to: [1, 0] },
  { name: "below XNNPACK's ratios", ...bytes, from: [0.0031, 7], to: [1, 0] },
  { name: "above XNNPACK's ratios", ...bytes, from: [150, 7], to: [1, 0] },
];

const cases: OpCases = {
  op: "quantize",
  cases: sketches.map((sketch, index) => unaryCase(sketch, 1100 + index)),
};

export default cases;

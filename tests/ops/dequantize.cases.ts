/** dequantize: all int8 values, extreme zero points and scales. */
import type { OpCases } from "./case.ts";
import { allBytes, type UnarySketch, unaryCase } from "./unary-case.ts";

const bytes = { shape: [256], values: allBytes };

const sketches: readonly UnarySketch[] = [
  { name: "all values", ...bytes, from: [0.0471, -7] },
  { name: "zero point -128", ...bytes, from: [0.31, -128] },
  { name: "zero point 127", ...bytes, from: [0.31, 127] },
  { name: "tiny scale", ...bytes, from: [1e-9, 3] },
  { name: "large scale", ...bytes, from: [1e9, 3] },
  { name: "many dimensions", shape: [2, 3, 5, 7], from: [0.1, 0] },
  { name: "one element", shape: [1], from: [0.1, 0] },
];

const cases: OpCases = {
  op: "dequantize",
  cases: sketches.map((sketch, index) => unaryCase(sketch, 1200 + index)),
};

export default cases;

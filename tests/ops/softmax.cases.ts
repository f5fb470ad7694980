/** softmax: rows of all lengths, flat and steep scales, beta, exact halves, ties at the top. */
import type { Shape } from "../../toolchain/ir/types.ts";
import { float32, int8, type OpCase, type OpCases } from "./case.ts";

interface SoftmaxSketch {
  readonly name: string;
  readonly shape: Shape;
  readonly beta?: number;
  readonly float?: boolean;
  readonly scale?: number;
  readonly zero?: number;
  readonly values?: readonly number[];
}

const filled = (length: number, value: number) => new Array<number>(length).fill(value);

const sketches: readonly SoftmaxSketch[] = [
  { name: "one element", shape: [1, 1] },
  { name: "keyword row", shape: [1, 12], scale: 0.1797 },
  { name: "many rows", shape: [3, 5, 7], scale: 0.0613 },
  { name: "one dimension", shape: [13], scale: 0.31 },
  { name: "flat", shape: [2, 61], scale: 0.00011 },
  { name: "steep", shape: [2, 61], scale: 7.3 },
  { name: "very steep: all but the largest vanish", shape: [1, 17], scale: 300 },
  { name: "zero point 127", shape: [4, 10], scale: 0.05, zero: 127 },
  { name: "beta below one", shape: [4, 10], scale: 0.2, beta: 0.37 },
  { name: "beta above one", shape: [4, 10], scale: 0.02, beta: 2.5 },
  { name: "512 equal: exact halves go up", shape: [1, 512], values: filled(512, 3) },
  { name: "1024 equal: nothing but zero", shape: [1, 1024], values: filled(1024, -128) },
  { name: "all at the top", shape: [1, 5], values: filled(5, 127) },
  { name: "long row", shape: [1, 4095], scale: 0.03 },
  { name: "float", shape: [3, 11], float: true },
  { name: "float, one element", shape: [2, 1], float: true },
  { name: "float, far apart", shape: [1, 5], float: true, values: [-500, 0, 60, 61.5, -30] },
  { name: "float, beta", shape: [2, 7], float: true, beta: 3.25 },
];

export function softmaxCase(sketch: SoftmaxSketch, index: number): OpCase {
  const { name, shape, beta = 1, scale = 0.1, zero = -7, values } = sketch;
  const type = sketch.float ? float32(shape) : int8(shape, scale, zero);
  return {
    name,
    attributes: { beta: Math.fround(beta) },
    inputs: [{ type, ...(values && { values }) }],
    outputs: [sketch.float ? float32(shape) : int8(shape, 1 / 256, -128)],
    seed: 900 + index,
  };
}

const cases: OpCases = { op: "softmax", cases: sketches.map(softmaxCase) };

export default cases;

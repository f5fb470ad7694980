/** fully_connected: depths around the unrolled step and the tile, few outputs, rows of inputs. */
import type { OpCase, OpCases, RandomCase } from "./case.ts";
import {
  type LinearElement,
  type LinearSketch,
  linearCase,
  randomQuantization,
} from "./linear-case.ts";
import { activation, between, pick } from "./random.ts";

type MatrixSketch = Omit<LinearSketch, "weights" | "channelAxis" | "output" | "attributes"> & {
  readonly outputs: number;
  readonly depth: number;
  readonly rows: readonly number[];
  readonly activation?: string;
  readonly keepDims?: boolean;
};

const perTensor = true;
const versionTwelve = "scales by channel need version 12, which the oracle's runtime does not have";

/** TFLite's own kernel takes the zero point, as where the same weights come at run time. */
const symmetricOnly = "XNNPACK takes constant weights as symmetric, whatever their zero point";

const sketches: readonly MatrixSketch[] = [
  { name: "one of everything", input: [1, 1], rows: [1], depth: 1, outputs: 1, perTensor },
  { name: "prime sizes", input: [1, 37], rows: [1], depth: 37, outputs: 7, perTensor },
  {
    name: "three tiles and a rest, relu",
    ...{ input: [1, 401], rows: [1], depth: 401, outputs: 5, perTensor, activation: "relu" },
    ...{ inputZero: -128, outputZero: -128 },
  },
  {
    name: "whole tiles, zero point 127, no bias",
    ...{ input: [1, 256], rows: [1], depth: 256, outputs: 4, perTensor, withoutBias: true },
    ...{ inputZero: 127, outputZero: 127 },
  },
  {
    name: "an image, flattened",
    ...{ input: [1, 3, 5, 2], rows: [1], depth: 30, outputs: 10, perTensor },
  },
  {
    name: "three rows, two outputs, relu6",
    ...{ input: [3, 19], rows: [3], depth: 19, outputs: 2, perTensor, activation: "relu6" },
  },
  {
    name: "dimensions kept",
    ...{ input: [2, 3, 11], rows: [2, 3], depth: 11, outputs: 3, perTensor, keepDims: true },
  },
  {
    name: "scales by channel",
    ...{ input: [1, 23], rows: [1], depth: 23, outputs: 6, withoutOracle: versionTwelve },
  },
  {
    name: "factor above one",
    ...{ input: [1, 2], rows: [1], depth: 2, outputs: 4, perTensor, factor: 2.7 },
    ...{ weightValues: [0, 1, -1, 1, 1, 0, -1, -1], biasValues: [3, -5, 0, 1] },
  },
  {
    name: "two rows, more outputs than a pass",
    ...{ input: [2, 90], rows: [2], depth: 90, outputs: 29, perTensor },
  },
  { name: "float", input: [1, 29], rows: [1], depth: 29, outputs: 5, element: "float32" },
  {
    name: "float, two tiles, two rows, no bias, relu",
    ...{
      input: [2, 150],
      rows: [2],
      depth: 150,
      outputs: 3,
      element: "float32",
      activation: "relu",
    },
    withoutBias: true,
  },
  {
    name: "int16, two tiles, relu6",
    ...{ input: [1, 201], rows: [1], depth: 201, outputs: 5, perTensor, activation: "relu6" },
    element: "int16",
  },
  {
    name: "int16, two rows, no bias",
    ...{ input: [2, 19], rows: [2], depth: 19, outputs: 3, perTensor, withoutBias: true },
    element: "int16",
  },
  {
    name: "int16, int32 bias: 32-bit sums",
    ...{ input: [1, 33], rows: [1], depth: 33, outputs: 7, perTensor, narrow: true },
    element: "int16",
  },
  {
    name: "weights of run time, with a zero point, relu",
    ...{ input: [3, 19], rows: [3], depth: 19, outputs: 4, perTensor, withoutBias: true },
    ...{ runtimeWeights: true, weightsZero: 127, activation: "relu" },
  },
  {
    name: "constant weights with a zero point",
    ...{ input: [2, 7], rows: [2], depth: 7, outputs: 3, perTensor, withoutBias: true },
    ...{ weightsZero: -7, withoutOracle: symmetricOnly },
  },
  {
    name: "float, weights of run time, relu6",
    ...{ input: [2, 9], rows: [2], depth: 9, outputs: 5, element: "float32", activation: "relu6" },
    ...{ withoutBias: true, runtimeWeights: true },
  },
];

function matrixCase(sketch: MatrixSketch, seed: number): OpCase {
  const { outputs, depth, rows, activation = "none", keepDims = false } = sketch;
  const layer = {
    ...sketch,
    weights: [outputs, depth],
    channelAxis: 0,
    output: [...rows, outputs],
    attributes: { activation, keepDims },
  };
  return linearCase(layer, seed);
}

const random =
  (element: LinearElement, choice: Partial<MatrixSketch> = {}): RandomCase =>
  (source, seed) => {
    const [depth, outputs] = [between(source, 1, 200), between(source, 1, 40)];
    const rows = pick(source, [1], [1], [2], [3], [2, 3], [1, 2, 2]);
    const sketch = {
      ...{ name: "random", input: [...rows, depth], rows, depth, outputs, element },
      ...{ activation: activation(source), keepDims: rows.length > 1 },
      ...randomQuantization(source, outputs, choice.perTensor ?? true),
      ...choice,
    };
    return matrixCase(sketch, seed);
  };

const cases: OpCases = {
  op: "fully_connected",
  cases: sketches.map((sketch, index) => matrixCase(sketch, 300 + index)),
  random: {
    int8: random("int8"),
    int16: random("int16"),
    "int16, no bias": random("int16", { withoutBias: true }),
    "int16, int32 bias": random("int16", { narrow: true }),
    float32: random("float32"),
    "int8 product": random("int8", { withoutBias: true, runtimeWeights: true, weightsZero: 23 }),
    "float32 product": random("float32", { withoutBias: true, runtimeWeights: true }),
  },
  randomLitert: { "int8, scales by channel": random("int8", { perTensor: false }) },
  contractual: ["int8", "int16, no bias", "int8 product"],
  excusesHalves: true,
};

export default cases;

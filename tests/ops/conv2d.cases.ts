/** conv2d: primes, sizes of one, strides, dilations, pads, zero points, channels that are dead. */
import { must } from "../../toolchain/diagnostics/assert.ts";
import type { OpCase, OpCases, RandomCase } from "./case.ts";
import {
  type LinearElement,
  linearCase,
  randomWindow,
  type WindowSketch,
  windowSketch,
} from "./linear-case.ts";
import { between, pick } from "./random.ts";

type Conv2dSketch = WindowSketch & { readonly channels: number; readonly groups?: number };

const explicitPads = "a .tflite file has only SAME and VALID";

const sketches: readonly Conv2dSketch[] = [
  { name: "one of everything", input: [1, 1, 1, 1], channels: 1, kernel: [1, 1], padding: "valid" },
  { name: "pointwise", input: [1, 5, 3, 8], channels: 13, kernel: [1, 1], padding: "valid" },
  {
    name: "more taps than a pull",
    ...{ input: [1, 6, 4, 11], channels: 4, kernel: [3, 3], padding: "same" },
  },
  {
    name: "same 3x3, relu, zero point -128",
    ...{ input: [1, 7, 5, 3], channels: 5, kernel: [3, 3], padding: "same", activation: "relu" },
    ...{ inputZero: -128, outputZero: -128 },
  },
  {
    name: "stride 3 and 2, tall kernel, zero point 127",
    ...{ input: [1, 11, 7, 2], channels: 4, kernel: [5, 2], strides: [3, 2], padding: "same" },
    ...{ inputZero: 127, outputZero: 127 },
  },
  {
    name: "dilated, valid, two images, relu6",
    ...{ input: [2, 9, 8, 3], channels: 3, kernel: [3, 2], dilations: [2, 3], padding: "valid" },
    activation: "relu6",
  },
  {
    name: "dilated, same, no bias",
    ...{ input: [1, 6, 7, 1], channels: 2, kernel: [3, 3], dilations: [2, 2], padding: "same" },
    withoutBias: true,
  },
  {
    name: "same, stride above the window's width, no bias (TFLite's builtin kernel)",
    ...{ input: [1, 9, 6, 3], channels: 3, kernel: [3, 1], strides: [2, 2], padding: "same" },
    withoutBias: true,
  },
  {
    name: "pads of four sizes, window over the edge",
    ...{ input: [1, 4, 3, 2], channels: 3, kernel: [3, 4], padding: [2, 3, 1, 4] },
    withoutOracle: explicitPads,
  },
  {
    name: "pads wider than all windows together",
    ...{ input: [1, 4, 2, 2], channels: 3, kernel: [3, 2], strides: [3, 6] },
    ...{ padding: [5, 9, 0, 0], withoutOracle: explicitPads },
  },
  {
    name: "one scale for all channels",
    ...{ input: [1, 5, 5, 4], channels: 6, kernel: [2, 2], padding: "same", perTensor: true },
  },
  {
    name: "dead channels: scales of 1e-30, biases of 2^30",
    ...{ input: [1, 4, 4, 2], channels: 3, kernel: [3, 3], padding: "same" },
    ...{
      weightScales: [1e-30, 0.0093, 3.937e-9].map(Math.fround),
      biasValues: [2 ** 30, 0, -(2 ** 30)],
    },
  },
  {
    name: "factor above one",
    ...{ input: [1, 3, 5, 2], channels: 4, kernel: [1, 1], padding: "valid", factor: 2.7 },
    ...{ weightValues: [0, 1, -1, 1, 1, 0, -1, -1], biasValues: [3, -5, 0, 1] },
  },
  {
    name: "float, same, stride 2, relu6",
    ...{ input: [1, 7, 6, 3], channels: 5, kernel: [3, 3], strides: [2, 2], padding: "same" },
    ...{ element: "float32", activation: "relu6" },
  },
  {
    name: "float, dilated, no bias",
    ...{ input: [2, 7, 5, 2], channels: 3, kernel: [2, 3], dilations: [2, 1], padding: "valid" },
    ...{ element: "float32", withoutBias: true },
  },
  {
    name: "int16, pointwise",
    ...{ input: [1, 5, 3, 8], channels: 3, kernel: [1, 1], padding: "valid", element: "int16" },
  },
  {
    name: "int16, same, stride 2, relu6, dilated the other way, two images",
    ...{ input: [2, 7, 6, 3], channels: 5, kernel: [3, 2], dilations: [1, 3], padding: "same" },
    ...{ element: "int16", activation: "relu6" },
  },
  {
    name: "int16, int32 bias: 32-bit sums",
    ...{ input: [1, 6, 5, 3], channels: 4, kernel: [3, 3], strides: [1, 2], padding: "same" },
    ...{ element: "int16", narrow: true },
  },
  {
    name: "int16, dead channels, no scale in common",
    ...{ input: [1, 4, 4, 2], channels: 3, kernel: [3, 3], padding: "same", element: "int16" },
    ...{
      weightScales: [1e-30, 0.0093, 3.937e-9].map(Math.fround),
      biasValues: [2 ** 53, 0, -(2 ** 40)],
    },
  },
  {
    name: "three groups",
    ...{ input: [1, 6, 5, 6], channels: 9, kernel: [3, 2], padding: "same", groups: 3 },
  },
  {
    name: "int16, a group for every channel, stride 2",
    ...{ input: [1, 7, 5, 4], channels: 4, kernel: [3, 3], strides: [2, 2], padding: "valid" },
    ...{ element: "int16", groups: 4 },
  },
  {
    name: "float, two groups",
    ...{ input: [2, 4, 5, 4], channels: 6, kernel: [2, 2], padding: "same", groups: 2 },
    element: "float32",
  },
];

function conv2dCase({ channels, groups = 1, ...sketch }: Conv2dSketch, seed: number): OpCase {
  const depth = must(sketch.input[3], "input channels") / groups;
  return linearCase(windowSketch(sketch, [channels, ...sketch.kernel, depth], 0), seed);
}

const random =
  (element: LinearElement, choice: Partial<Conv2dSketch> = {}): RandomCase =>
  (source, seed) => {
    const [inputs, channels] = [pick(source, 1, 2, 3, 5, 8, 13), pick(source, 1, 3, 4, 7, 16)];
    const sketch = randomWindow(source, inputs, channels, element);
    return conv2dCase({ ...sketch, channels, ...choice }, seed);
  };

/** Groups of one, two or three channels. */
const grouped: RandomCase = (source, seed) => {
  const groups = between(source, 2, 4);
  const [inputs, channels] = [between(source, 1, 3) * groups, between(source, 1, 3) * groups];
  const sketch = randomWindow(source, inputs, channels, "int8");
  return conv2dCase({ ...sketch, channels, groups }, seed);
};

const cases: OpCases = {
  op: "conv2d",
  cases: sketches.map((sketch, index) => conv2dCase(sketch, 100 + index)),
  random: {
    int8: random("int8"),
    int16: random("int16"),
    "int16, int32 bias": random("int16", { narrow: true }),
    float32: random("float32"),
    grouped,
  },
  contractual: ["int8"],
  excusesHalves: true,
};

export default cases;

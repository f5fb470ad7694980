/** conv2d: primes, sizes of one, strides, dilations, pads, zero points, channels that are dead. */
import { must } from "../../toolchain/diagnostics/assert.ts";
import type { OpCases } from "./case.ts";
import { linearCase, type WindowSketch, windowSketch } from "./linear-case.ts";

type Conv2dSketch = WindowSketch & { readonly channels: number };

const explicitPads = "a .tflite file has only SAME and VALID";

const sketches: readonly Conv2dSketch[] = [
  { name: "one of everything", input: [1, 1, 1, 1], channels: 1, kernel: [1, 1], padding: "valid" },
  { name: "pointwise", input: [1, 5, 3, 8], channels: 13, kernel: [1, 1], padding: "valid" },
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
    ...{ float: true, activation: "relu6" },
  },
  {
    name: "float, dilated, no bias",
    ...{ input: [2, 7, 5, 2], channels: 3, kernel: [2, 3], dilations: [2, 1], padding: "valid" },
    ...{ float: true, withoutBias: true },
  },
];

const cases: OpCases = {
  op: "conv2d",
  cases: sketches.map((sketch, index) => {
    const { channels, kernel, input } = sketch;
    const weights = [channels, ...kernel, must(input[3], "input channels")];
    return linearCase(windowSketch(sketch, weights, 0), 100 + index);
  }),
};

export default cases;

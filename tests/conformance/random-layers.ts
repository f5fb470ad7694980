/**
 * Seeded layers with weights: prime and one-sized dimensions, strides, dilations, extreme zero
 * points, dead channels, factors near and above one. The seed alone decides a case.
 */
import { must } from "../../toolchain/diagnostics/assert.ts";
import type { OpCase } from "../ops/case.ts";
import { linearCase, type WindowSketch, windowSketch } from "../ops/linear-case.ts";
import { between, type Random, xorshift32 } from "../ops/random.ts";

const pick = <T>(random: Random, ...items: readonly T[]): T =>
  must(items[between(random, 0, items.length - 1)], "an item");

const zeroPoint = (random: Random) => pick(random, -128, 127, 0, -1, between(random, -128, 127));
const activation = (random: Random) => pick(random, "none", "none", "relu", "relu6");

/** Scales over many binades; now and then a channel is dead, as after folding a batch norm. */
function weightScales(random: Random, count: number): number[] {
  return Array.from({ length: count }, () => {
    const dead = between(random, 0, 15) === 0;
    return Math.fround((0.0011 + random() / 2 ** 36) * (dead ? 1e-28 : 1));
  });
}

function biases(random: Random, scales: readonly number[], channels: number): number[] {
  return Array.from({ length: channels }, (_, channel) =>
    must(scales[channel % scales.length], "scale") < 1e-20
      ? pick(random, 2 ** 30, -(2 ** 30), 0)
      : between(random, -9000, 9000),
  );
}

function quantization(random: Random, channels: number, perTensor: boolean) {
  const scales = weightScales(random, perTensor ? 1 : channels);
  return {
    inputZero: zeroPoint(random),
    outputZero: zeroPoint(random),
    weightScales: scales,
    biasValues: biases(random, scales, channels),
    ...(between(random, 0, 7) === 0 && { factor: 0.37 + random() / 2 ** 32 }),
  };
}

function window(random: Random, inputChannels: number, channels: number): WindowSketch {
  const kernel = [between(random, 1, 5), between(random, 1, 5)] as const;
  const dilation = pick(random, 1, 1, 2, 3);
  const stride = pick(random, 1, 1, 2, 3);
  // Its XNNPACK computes SAME pads unsigned and reads elsewhere when a stride exceeds the window;
  // tests/ops/conv2d.cases.ts has that case through the builtin kernel.
  const narrow = kernel.some((size) => size < stride);
  const least = (size: number) => (size - 1) * dilation + 1;
  const extent = (size: number) => between(random, least(size), least(size) + 8);
  return {
    name: "random",
    input: [pick(random, 1, 1, 2), extent(kernel[0]), extent(kernel[1]), inputChannels],
    kernel,
    strides: [stride, stride],
    dilations: [dilation, dilation],
    padding: narrow ? "valid" : pick(random, "same", "valid"),
    activation: activation(random),
    ...quantization(random, channels, between(random, 0, 5) === 0),
  };
}

type Generator = (random: Random, seed: number) => OpCase;

const generators: Readonly<Record<string, Generator>> = {
  conv2d(random, seed) {
    const [inputs, outputs] = [pick(random, 1, 2, 3, 5, 8, 13), pick(random, 1, 3, 4, 7, 16)];
    const sketch = window(random, inputs, outputs);
    return linearCase(windowSketch(sketch, [outputs, ...sketch.kernel, inputs], 0), seed);
  },
  depthwise_conv2d(random, seed) {
    const [inputs, multiplier] = [pick(random, 1, 2, 3, 5, 8, 13), pick(random, 1, 1, 1, 2, 3)];
    const sketch = window(random, inputs, inputs * multiplier);
    return linearCase(windowSketch(sketch, [1, ...sketch.kernel, inputs * multiplier], 3), seed);
  },
  fully_connected(random, seed) {
    const [depth, outputs] = [between(random, 1, 200), between(random, 1, 40)];
    const rows = pick(random, 1, 1, 2, 3);
    const sketch = {
      name: "random",
      input: [rows, depth],
      weights: [outputs, depth],
      channelAxis: 0,
      output: [rows, outputs],
      attributes: { activation: activation(random), keepDims: false },
      ...quantization(random, outputs, true),
    };
    return linearCase(sketch, seed);
  },
};

/** Operators that randomLayer() knows. */
export const randomLayerOperators: readonly string[] = Object.keys(generators);

export function randomLayer(op: string, seed: number): OpCase {
  return must(generators[op], `a generator of ${op}`)(xorshift32(seed * 2654435761), seed);
}

/** Seeded random int8 convolutions for kernel tests: operands with data, and the output's type. */
import type { Tensor } from "../../toolchain/ir/graph.ts";
import { bytesOf } from "../../toolchain/ir/types.ts";

export interface ConvolutionShape {
  readonly input: readonly [number, number, number];
  readonly kernel: readonly [number, number];
  readonly channels: number;
  readonly strides?: readonly [number, number];
  readonly dilations?: readonly [number, number];
  readonly pads?: readonly [number, number, number, number];
  readonly activation?: "none" | "relu";
  /** Least magnitude of a weight, for filters whose lanes overflow. */
  readonly weightMin?: number;
}

/** xorshift32, the project's generator of test data. */
export function random(seed: number): () => number {
  let state = seed | 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
}

export function randomConvolution(shape: ConvolutionShape, seed: number) {
  const next = random(seed);
  const { strides = [1, 1], dilations = [1, 1], pads = [0, 0, 0, 0], activation = "none" } = shape;
  const { weightMin = 0, channels, kernel, input } = shape;
  const [height, width, depth] = input;
  const taps = kernel[0] * kernel[1] * depth;
  const int8 = (count: number, min: number) =>
    Int8Array.from({ length: count }, () => {
      const magnitude = min + (next() % (128 - min));
      return next() % 2 === 0 || min > 0 ? magnitude : -magnitude;
    });
  const scales = Array.from({ length: channels }, () => Math.fround(0.002 + (next() % 97) / 9000));
  const size = (extent: number, axis: 0 | 1) => {
    const padded = extent + pads[axis] + pads[axis + 2 === 2 ? 2 : 3];
    const span = (kernel[axis] - 1) * dilations[axis] + 1;
    return Math.floor((padded - span) / strides[axis]) + 1;
  };
  const bias = Int32Array.from({ length: channels }, () => (next() % 4001) - 2000);
  const outputScale = Math.fround(0.0005 * taps * (weightMin > 0 ? 8 : 1));
  const relu = activation === "relu";
  const inputs: Tensor[] = [
    {
      name: "input",
      type: { dtype: "int8", shape: [1, ...input], quantization: affine(0.05, -9) },
      data: bytesOf(Int8Array.from({ length: height * width * depth }, () => next() >>> 24)),
    },
    {
      name: "weights",
      type: {
        dtype: "int8",
        shape: [channels, ...kernel, depth],
        quantization: { scale: scales, zeroPoint: scales.map(() => 0), axis: 0 },
      },
      data: bytesOf(int8(channels * taps, weightMin)),
    },
    { name: "bias", type: { dtype: "int32", shape: [channels] }, data: bytesOf(bias) },
  ];
  const output: Tensor = {
    name: "output",
    type: {
      dtype: "int8",
      shape: [1, size(height, 0), size(width, 1), channels],
      quantization: affine(outputScale, relu ? -128 : 11),
    },
  };
  return { attributes: { strides, dilations, pads, activation }, inputs, output };
}

const affine = (scale: number, zeroPoint: number) => ({
  scale: [Math.fround(scale)],
  zeroPoint: [zeroPoint],
  axis: 0,
});

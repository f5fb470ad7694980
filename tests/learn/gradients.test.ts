/**
 * Every layer's gradients against finite differences, and both losses'.
 */
import { describe, expect, it } from "vitest";
import { conv2d, fullyConnected, type LayerSpec } from "../../toolchain/learn/layers.ts";
import {
  type LossFunction,
  meanSquaredError,
  softmaxCrossEntropy,
} from "../../toolchain/learn/loss.ts";
import { backward, forward, network } from "../../toolchain/learn/network.ts";
import { seededRandom } from "../../toolchain/learn/random.ts";

const STEP = 1e-2;

/** Smallest change that moves value[i] by about STEP, and the loss difference over it. */
function slopeOf(values: Float32Array, index: number, lossNow: () => number): number {
  const before = values[index] as number;
  values[index] = before + STEP;
  const high = values[index] as number;
  const lossHigh = lossNow();
  values[index] = before - STEP;
  const low = values[index] as number;
  const lossLow = lossNow();
  values[index] = before;
  return (lossHigh - lossLow) / (high - low);
}

function worstGradientError(specs: readonly LayerSpec[], shape: number[], loss: LossFunction) {
  const net = network(shape, specs, 5);
  const random = seededRandom(9);
  const x = Float32Array.from({ length: shape.reduce((a, b) => a * b) }, () =>
    random.uniform(-1, 1),
  );
  const outputs = net.layers.at(-1)?.outputShape[0] ?? 1;
  const target = Float32Array.from({ length: outputs }, (_, i) => (i === 1 ? 1 : 0));
  const lossNow = () => loss(forward(net, x), target).value;
  backward(net, loss(forward(net, x), target).gradient);
  const errors = net.parameters.flatMap(({ values, gradient }) =>
    Array.from(gradient, (slope, index) => Math.abs(slope - slopeOf(values, index, lossNow))),
  );
  const steepest = Math.max(...net.parameters.flatMap((p) => Array.from(p.gradient, Math.abs)));
  expect(steepest).toBeGreaterThan(0.05);
  return Math.max(...errors);
}

const conv = (padding: "same" | "valid", stride: number) =>
  conv2d({ filters: 3, kernel: 3, stride, padding, activation: "none" });
const head = fullyConnected({ units: 4, activation: "none" });

describe("gradients equal finite differences", () => {
  const cases: [string, LayerSpec[], number[]][] = [
    ["fully connected", [head], [7]],
    ["convolution, same, stride 1", [conv("same", 1), head], [4, 5, 2]],
    ["convolution, same, stride 2", [conv("same", 2), head], [6, 5, 2]],
    ["convolution, valid, stride 2", [conv("valid", 2), head], [7, 6, 1]],
    ["two convolutions", [conv("same", 2), conv("valid", 1), head], [7, 7, 1]],
  ];
  it.each(cases)("%s with cross-entropy", (_, specs, shape) => {
    expect(worstGradientError(specs, shape, softmaxCrossEntropy)).toBeLessThan(2e-3);
  });
  it.each(cases)("%s with squared error", (_, specs, shape) => {
    expect(worstGradientError(specs, shape, meanSquaredError)).toBeLessThan(2e-3);
  });
});

describe("relu", () => {
  it("lets through only what was positive, forward and backward", () => {
    const net = network([2], [fullyConnected({ units: 2, activation: "relu" })], 1);
    net.parameters[0]?.values.set([1, 0, -1, 0]);
    expect([...forward(net, Float32Array.of(3, 5))]).toEqual([3, 0]);
    backward(net, Float32Array.of(10, 10));
    expect([...(net.parameters[0]?.gradient ?? [])]).toEqual([30, 50, 0, 0]);
    expect([...(net.parameters[1]?.gradient ?? [])]).toEqual([10, 0]);
  });
});

/**
 * Training end to end on problems of known answer, and its determinism.
 */
import { describe, expect, it } from "vitest";
import { randomShift } from "../../toolchain/learn/augment.ts";
import { fullyConnected } from "../../toolchain/learn/layers.ts";
import { meanSquaredError, softmaxCrossEntropy } from "../../toolchain/learn/loss.ts";
import { forward, network, parameterCount } from "../../toolchain/learn/network.ts";
import { seededRandom, shuffled } from "../../toolchain/learn/random.ts";
import { accuracy, type Sample, train } from "../../toolchain/learn/train.ts";

const hidden = fullyConnected({ units: 8, activation: "relu" });
const xor: Sample[] = [0, 1, 2, 3].map((bits) => {
  const [a, b] = [bits & 1, bits >> 1] as const;
  return {
    input: Float32Array.of(a, b),
    target: a === b ? Float32Array.of(1, 0) : Float32Array.of(0, 1),
  };
});

function trainXor(seed: number) {
  const net = network([2], [hidden, fullyConnected({ units: 2, activation: "none" })], seed);
  const losses: number[] = [];
  train(net, xor, {
    epochs: 300,
    batchSize: 4,
    learningRate: 0.05,
    loss: softmaxCrossEntropy,
    seed,
    onEpoch: ({ meanLoss }) => losses.push(meanLoss),
  });
  return { net, losses };
}

describe("train", () => {
  it("learns XOR, which no linear model can", () => {
    const { net, losses } = trainXor(3);
    expect(accuracy(net, xor)).toBe(1);
    expect(losses).toHaveLength(300);
    expect(losses.at(-1)).toBeLessThan(0.02);
  });

  it("recovers the coefficients of a linear function", () => {
    const random = seededRandom(11);
    const samples = Array.from({ length: 64 }, () => {
      const [a, b] = [random.uniform(-1, 1), random.uniform(-1, 1)];
      return { input: Float32Array.of(a, b), target: Float32Array.of(3 * a - 2 * b + 0.5) };
    });
    const net = network([2], [fullyConnected({ units: 1, activation: "none" })], 2);
    train(net, samples, {
      epochs: 200,
      batchSize: 8,
      learningRate: 0.05,
      loss: meanSquaredError,
      seed: 4,
    });
    const learned = net.parameters.flatMap(({ values }) => [...values]);
    [3, -2, 0.5].forEach((wanted, index) => {
      expect(learned[index]).toBeCloseTo(wanted, 3);
    });
  });

  it("gives the same weights for the same seed and others for another", () => {
    const weights = (seed: number) =>
      trainXor(seed).net.parameters.map(({ values }) => [...values]);
    expect(weights(3)).toEqual(weights(3));
    expect(weights(3)).not.toEqual(weights(4));
  });

  it("counts parameters", () => {
    expect(parameterCount(trainXor(3).net)).toBe(2 * 8 + 8 + 8 * 2 + 2);
    expect(forward(trainXor(3).net, Float32Array.of(0, 0))).toHaveLength(2);
  });
});

describe("randomness", () => {
  it("shuffles without losing an item and without touching its input", () => {
    const items = Array.from({ length: 100 }, (_, index) => index);
    const mixed = shuffled(items, seededRandom(1));
    expect(mixed).not.toEqual(items);
    expect([...mixed].sort((a, b) => a - b)).toEqual(items);
    expect(items[99]).toBe(99);
  });

  it("shifts an image within the given distance and fills with zeros", () => {
    const image = new Float32Array(49);
    image[3 * 7 + 3] = 1;
    const random = seededRandom(6);
    const shift = randomShift({ height: 7, width: 7 }, 2);
    const places = new Set<number>();
    for (let i = 0; i < 500; i++) {
      const moved = shift(image, random);
      expect(moved.reduce((sum, value) => sum + value, 0)).toBe(1);
      places.add(moved.indexOf(1));
    }
    const wanted = [1, 2, 3, 4, 5].flatMap((y) => [1, 2, 3, 4, 5].map((x) => y * 7 + x));
    expect([...places].sort((a, b) => a - b)).toEqual(wanted);
  });
});

/**
 * The digits network and how it is trained: three convolutions of stride 2, 64 features, and a head
 * of 64 -> 10 that is small enough to retrain on the board.
 *
 * Seeds fix the weights: the same Node version gives the same bytes. The held-out digits take no
 * part, not even to choose when to stop.
 */
import { randomShift } from "../../toolchain/learn/augment.ts";
import { conv2d, fullyConnected } from "../../toolchain/learn/layers.ts";
import { softmaxCrossEntropy } from "../../toolchain/learn/loss.ts";
import { type Network, network } from "../../toolchain/learn/network.ts";
import { type EpochReport, type Sample, train } from "../../toolchain/learn/train.ts";
import { type Digit, imageSize, labels, toReal } from "./data.ts";

const convolution = (filters: number, padding: "same" | "valid") =>
  conv2d({ filters, kernel: 3, stride: 2, padding, activation: "relu" });

export function digitsNetwork(seed: number): Network {
  return network(
    [imageSize.height, imageSize.width, 1],
    [
      convolution(12, "same"),
      convolution(24, "same"),
      convolution(32, "valid"),
      fullyConnected({ units: 64, activation: "relu" }),
      fullyConnected({ units: labels.length, activation: "none" }),
    ],
    seed,
  );
}

export function toSample(digit: Digit): Sample {
  const target = new Float32Array(labels.length);
  target[digit.label] = 1;
  return { input: toReal(digit), target };
}

export const training = { seed: 1, epochs: 30, batchSize: 32, learningRate: 0.003 } as const;

export function trainDigits(
  digits: readonly Digit[],
  onEpoch: (report: EpochReport) => void,
): Network {
  const net = digitsNetwork(training.seed);
  train(net, digits.map(toSample), {
    ...training,
    loss: softmaxCrossEntropy,
    augment: randomShift(imageSize, 2),
    onEpoch,
  });
  return net;
}

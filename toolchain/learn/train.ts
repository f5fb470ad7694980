/**
 * The training loop: seeded shuffling, mini-batches, an augmentation hook, Adam with a learning
 * rate that falls linearly to zero. The same options and samples give the same weights.
 */
import { must } from "../diagnostics/assert.ts";
import { adam } from "./adam.ts";
import type { LossFunction } from "./loss.ts";
import { backward, forward, type Network } from "./network.ts";
import { type Random, seededRandom, shuffled } from "./random.ts";

export interface Sample {
  readonly input: Float32Array;
  readonly target: Float32Array;
}

export interface TrainOptions {
  readonly epochs: number;
  readonly batchSize: number;
  readonly learningRate: number;
  readonly loss: LossFunction;
  readonly seed: number;
  /** Makes the variant of an input that this visit trains on. */
  readonly augment?: (input: Float32Array, random: Random) => Float32Array;
  readonly onEpoch?: (report: EpochReport) => void;
}

export interface EpochReport {
  /** 1 for the first. */
  readonly epoch: number;
  readonly meanLoss: number;
}

/** Trains the network's parameters in place. */
export function train(net: Network, samples: readonly Sample[], options: TrainOptions): void {
  const { epochs, batchSize, learningRate, loss, seed, augment, onEpoch } = options;
  const random = seededRandom(seed);
  const optimizer = adam(net.parameters);
  const batchesPerEpoch = Math.ceil(samples.length / batchSize);
  for (let epoch = 0; epoch < epochs; epoch++) {
    const order = shuffled(samples, random);
    let lossSum = 0;
    for (let batch = 0; batch < batchesPerEpoch; batch++) {
      const members = order.slice(batch * batchSize, (batch + 1) * batchSize);
      for (const { input, target } of members) {
        const { value, gradient } = loss(
          forward(net, augment === undefined ? input : augment(input, random)),
          target,
        );
        lossSum += value;
        backward(net, gradient);
      }
      const done = (epoch * batchesPerEpoch + batch) / (epochs * batchesPerEpoch);
      optimizer.step(learningRate * (1 - done), members.length);
    }
    onEpoch?.({ epoch: epoch + 1, meanLoss: lossSum / samples.length });
  }
}

/** Index of the largest value; the first one when several are equal. */
export function argmax(values: ArrayLike<number>): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) {
    if (must(values[i], "a value") > must(values[best], "a value")) best = i;
  }
  return best;
}

/** Share of the samples whose largest output is the target's. */
export function accuracy(net: Network, samples: readonly Sample[]): number {
  const right = samples.filter(
    ({ input, target }) => argmax(forward(net, input)) === argmax(target),
  ).length;
  return right / samples.length;
}

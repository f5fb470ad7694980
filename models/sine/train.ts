/**
 * Makes the sine model: node scripts/run-ts.mjs models/sine/train.ts
 * A curve through two hidden layers of 16: the smallest model that shows the whole way to a board.
 */
import type { Graph } from "../../toolchain/ir/graph.ts";
import { fullyConnected } from "../../toolchain/learn/layers.ts";
import { meanSquaredError } from "../../toolchain/learn/loss.ts";
import { network } from "../../toolchain/learn/network.ts";
import { toGraph } from "../../toolchain/learn/to-graph.ts";
import { train } from "../../toolchain/learn/train.ts";
import { predictor } from "../predict.ts";
import { release } from "../release.ts";
import { allInputs, sineSamples } from "./data.ts";

const SEED = 3;
const hidden = fullyConnected({ units: 16, activation: "relu" });

/** Mean absolute error over the period, at points between those of the training. */
function meanError(graph: Graph): number {
  const predict = predictor(graph);
  const points = sineSamples(777);
  const errors = points.map(({ input, target }) =>
    Math.abs((predict(input)[0] ?? Number.NaN) - (target[0] ?? Number.NaN)),
  );
  return errors.reduce((sum, error) => sum + error, 0) / points.length;
}

const net = network([1], [hidden, hidden, fullyConnected({ units: 1, activation: "none" })], SEED);
const samples = sineSamples(1000);
train(net, samples, {
  epochs: 600,
  batchSize: 16,
  learningRate: 0.005,
  loss: meanSquaredError,
  seed: SEED,
});
const { quality } = await release({
  folder: new URL("./", import.meta.url),
  graph: toGraph(net, { name: "sine", softmax: false }),
  calibration: samples.map(({ input }) => [input]),
  goldenInputs: allInputs,
  measure: "mean absolute error over one period",
  quality: meanError,
});
console.log(quality);

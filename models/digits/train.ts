/**
 * Makes the digits model: node scripts/run-ts.mjs models/digits/train.ts
 * Trains (about 4 minutes), quantises, writes digits.tflite, its goldens, the samples of the demo
 * and the class names.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { seededRandom } from "../../toolchain/learn/random.ts";
import { toGraph } from "../../toolchain/learn/to-graph.ts";
import { release } from "../release.ts";
import { digitsAccuracy } from "./accuracy.ts";
import { type Digit, heldOutCount, imageSize, labels, loadDigits, toInt8, toReal } from "./data.ts";
import { trainDigits } from "./network.ts";

const CALIBRATION_COUNT = 200;
const SAMPLES_PER_CLASS = 2;
const NOISE_COUNT = 12;
const NOISE_SEED = 5;

const folder = new URL("./", import.meta.url);

/** The first held-out digits of each class, in the order of the classes, right or wrong. */
function pickSamples(heldOut: readonly Digit[]): Digit[] {
  return labels.flatMap((_, label) =>
    heldOut.filter((digit) => digit.label === label).slice(0, SAMPLES_PER_CLASS),
  );
}

function writeSamples(samples: readonly Digit[]): void {
  mkdirSync(new URL("samples/", folder), { recursive: true });
  samples.forEach((digit, index) => {
    const name = `samples/${String(index).padStart(2, "0")}.bin`;
    writeFileSync(new URL(name, folder), toInt8(digit));
  });
  const expected = samples.map(({ label }) => label);
  writeFileSync(new URL("samples/labels.json", folder), `${JSON.stringify(expected)}\n`);
}

/** Inputs that no digit looks like: goldens should not only cover what the model was made for. */
function noise(): Int8Array[] {
  const random = seededRandom(NOISE_SEED);
  const image = () => new Int8Array(imageSize.height * imageSize.width);
  return Array.from({ length: NOISE_COUNT }, () => image().map(() => random.bits() >> 24));
}

const { training, heldOut } = loadDigits();
const net = trainDigits(training, ({ epoch, meanLoss }) =>
  console.log(`epoch ${epoch}: mean loss ${meanLoss.toFixed(4)}`),
);
const samples = pickSamples(heldOut);
const { quality } = await release({
  folder,
  graph: toGraph(net, { name: "digits", softmax: true }),
  calibration: training.slice(0, CALIBRATION_COUNT).map((digit) => [toReal(digit)]),
  goldenInputs: [...samples.map(toInt8), ...noise()],
  measure: `accuracy on ${heldOutCount} held-out digits`,
  quality: (graph) => digitsAccuracy(graph, heldOut),
});
writeSamples(samples);
writeFileSync(new URL("labels.txt", folder), `${labels.join("\n")}\n`);
console.log(quality);

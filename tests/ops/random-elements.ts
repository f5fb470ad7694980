/**
 * Seeded random cases of the operators without weights: prime and one-sized dimensions, scales over
 * five decades, extreme zero points, every activation, axis list and way of broadcasting.
 */
import { must } from "../../toolchain/diagnostics/assert.ts";
import type { Shape } from "../../toolchain/ir/types.ts";
import { addCase } from "./add.cases.ts";
import { int8, type OpCase } from "./case.ts";
import { meanCase } from "./mean.cases.ts";
import { padCase } from "./pad.cases.ts";
import { poolCase } from "./pool-case.ts";
import { between, fraction, type Random, xorshift32 } from "./random.ts";
import { softmaxCase } from "./softmax.cases.ts";
import { unaryCase } from "./unary-case.ts";

const pick = <T>(random: Random, ...items: readonly T[]): T =>
  must(items[between(random, 0, items.length - 1)], "an item");

const size = (random: Random) => pick(random, 1, 1, 2, 3, 5, 7, between(random, 1, 17));
const shapeOf = (random: Random, rank: number): Shape =>
  Array.from({ length: rank }, () => size(random));

/** 10^x for x in [from, to), by products only, so that every machine has the same cases. */
function scale(random: Random, from = -3, to = 1): number {
  const decade = between(random, from, to - 1);
  return Math.fround((1 + fraction(random) * 9) * (decade < 0 ? 1 / 10 ** -decade : 10 ** decade));
}

const zero = (random: Random) => pick(random, -128, 127, 0, between(random, -128, 127));
const activation = (random: Random) =>
  pick(random, "none", "none", "relu", "relu6", "relu_n1_to_1");
const quantisation = (random: Random) => [scale(random), zero(random)] as const;

/** A scale as far away as real layers have it; small ratios bring sums to the brink of a half. */
function near(random: Random, value: number): number {
  const ratio = between(random, 1, 12) / between(random, 1, 12);
  return Math.fround(pick(random, value, value * ratio, value * (0.2 + fraction(random) * 6)));
}

function pool(random: Random, index: number): OpCase {
  const input = [size(random) % 3 || 1, size(random), size(random), size(random)] as const;
  const padding = pick(random, "same", "valid");
  const most = (extent: number) => (padding === "same" ? 5 : Math.min(extent, 5));
  const kernel = [between(random, 1, most(input[1])), between(random, 1, most(input[2]))] as const;
  return poolCase(
    {
      name: `random ${index}`,
      input,
      kernel,
      // XNNPACK's SAME pads are wrong where a stride exceeds the window, so they do not meet here.
      strides: [
        between(random, 1, Math.min(3, kernel[0])),
        between(random, 1, Math.min(3, kernel[1])),
      ],
      padding,
      activation: activation(random),
      scale: scale(random),
      zero: zero(random),
    },
    index,
  );
}

function mean(random: Random, index: number): OpCase {
  const rank = between(random, 1, 4);
  const input = shapeOf(random, rank);
  const some = input.map((_, axis) => axis).filter(() => between(random, 0, 1) === 1);
  const axes = rank === 4 && index % 2 === 0 ? pick(random, [1, 2], [2, 1], [2]) : some;
  const from = quantisation(random);
  const to = pick(random, from, quantisation(random), [
    near(random, from[0]),
    zero(random),
  ] as const);
  const listed = axes.length === 0 ? [-1] : axes;
  const keepDims = between(random, 0, 1) === 1;
  return meanCase({ name: `random ${index}`, input, axes: listed, keepDims, from, to }, index);
}

function add(random: Random, index: number): OpCase {
  const output = shapeOf(random, between(random, 1, 4));
  const repeated = (shape: Shape) =>
    shape
      .map((extent) => (between(random, 0, 3) === 0 ? 1 : extent))
      .slice(between(random, 0, 3) === 0 ? between(random, 0, shape.length) : 0);
  const [a, b] = pick(random, [output, repeated(output)], [repeated(output), output]);
  const first = quantisation(random);
  const second = [near(random, first[0]), zero(random)] as const;
  const third = [near(random, first[0]), zero(random)] as const;
  const close = [first, second, third] as const;
  const far = [first, quantisation(random), quantisation(random)] as const;
  return addCase(
    {
      name: `random ${index}`,
      ...{ a, b, output, activation: activation(random) },
      quantisation: pick(random, close, close, far),
    },
    index,
  );
}

function pad(random: Random, index: number): OpCase {
  const shape = shapeOf(random, between(random, 1, 4));
  const pads = shape.map(() => [between(random, 0, 3), between(random, 0, 3)] as const);
  const name = `random ${index}`;
  return padCase({ name, input: int8(shape, scale(random), zero(random)), pads }, index);
}

function softmax(random: Random, index: number): OpCase {
  const shape = [...shapeOf(random, between(random, 0, 2)), between(random, 1, 61)];
  const beta = pick(random, 1, 1, 0.2 + fraction(random) * 3);
  const name = `random ${index}`;
  return softmaxCase({ name, shape, beta, scale: scale(random), zero: zero(random) }, index);
}

function relu(random: Random, index: number): OpCase {
  const from = quantisation(random);
  const to = [near(random, from[0]), zero(random)] as const;
  const attributes = { activation: pick(random, "relu", "relu6") };
  return unaryCase({ name: `random ${index}`, shape: [256], from, to, attributes }, index + 1);
}

function quantize(random: Random, index: number): OpCase {
  const from = quantisation(random);
  const name = `random ${index}`;
  const to = [pick(random, near(random, from[0]), scale(random)), zero(random)] as const;
  if (index % 2 === 0) return unaryCase({ name, shape: [256], from, to }, index + 1);
  return unaryCase({ name, shape: [256], to: [scale(random, -3, 0), zero(random)] }, index + 1);
}

const dequantize = (random: Random, index: number): OpCase =>
  unaryCase({ name: `random ${index}`, shape: [256], from: quantisation(random) }, index + 1);

const generators: Readonly<Record<string, (random: Random, index: number) => OpCase>> = {
  average_pool2d: pool,
  max_pool2d: pool,
  mean,
  add,
  pad,
  softmax,
  relu,
  quantize,
  dequantize,
};

export const randomOperators = Object.keys(generators);

/** `count` cases of an operator; the same ones for the same seed. */
export function randomCases(op: string, count: number, seed: number): OpCase[] {
  const random = xorshift32(seed);
  const generate = must(generators[op], `a generator of ${op}`);
  return Array.from({ length: count }, (_, index) => generate(random, index));
}

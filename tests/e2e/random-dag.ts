/**
 * Seeded random graphs: chains, diamonds, several inputs and outputs, shared values, renamed bytes,
 * float islands in int8 graphs. Each is valid by construction and small enough to run everywhere.
 * The same seed gives the same graph on every machine.
 */
import { must } from "../../toolchain/diagnostics/assert.ts";
import { GraphBuilder, type Padding } from "../../toolchain/import/builder/builder.ts";
import type { Value } from "../../toolchain/import/builder/dag-builder.ts";
import { int8, int32 } from "../../toolchain/import/builder/tensor-types.ts";
import type { Graph } from "../../toolchain/ir/graph.ts";
import { byteLength, elementCount, sameShape } from "../../toolchain/ir/types.ts";
import type { Activation } from "../../toolchain/ops/shared/activation.ts";
import { between, fraction, pick, type Random, xorshift32 } from "../ops/random.ts";
import { type Draft, integers, type Layer, quantized, same, scaleOf } from "./draft.ts";
import { operatorLayers } from "./random-layers.ts";

/** Most bytes a value may have; a layer that would make a larger one is left out. */
const BYTES_MAX = 4096;
const OUTPUTS_MAX = 6;

const activation = (random: Random): Activation =>
  pick<Activation>(random, "none", "none", "relu", "relu6", "relu_n1_to_1");

/** Constant weights and bias of a layer, and a scale its sums of `taps` products fit. */
function weights({ g, random, x }: Draft, shape: readonly number[], axis: number | null) {
  const channels = shape[axis ?? 0] ?? 1;
  const count = axis === null || between(random, 0, 3) === 0 ? 1 : channels;
  const scale = Array.from({ length: count }, () => Math.fround(0.002 + fraction(random) / 50));
  const name = `w${between(random, 0, 2 ** 31)}`;
  const extreme = between(random, 0, 5) === 0;
  const values = integers(random, elementCount(shape), extreme ? 120 : -127, 127);
  const w = g.constant(name, int8(shape, { scale, axis: axis ?? 0 }), values);
  const steps = scale.map((own) => Math.fround(own * scaleOf(x)));
  const b = () => {
    const range = pick(random, 100, 5000, 1_000_000);
    const biases = integers(random, channels, -range, range);
    return g.constant(`${name}/bias`, int32([channels], { scale: steps }), biases);
  };
  const taps = elementCount(shape) / channels;
  const output = quantized(random, must(steps[0], "step") * Math.sqrt(taps) * 60);
  return { w, bias: between(random, 0, 3) === 0 ? null : b(), output };
}

interface Window {
  readonly kernel: readonly [number, number];
  readonly dilation: number;
  readonly stride: number;
  readonly padding: Padding;
}

/** A window that fits the image; pads may be one-sided and wider than the window. */
function window({ random, x }: Draft, padsMax: number): Window | null {
  if (x.type.shape.length !== 4) return null;
  const [, height = 1, width = 1] = x.type.shape;
  const kernel = [between(random, 1, 4), between(random, 1, 4)] as const;
  const dilation = pick(random, 1, 1, 1, 2);
  const side = () => between(random, 0, padsMax);
  const explicit = [side(), side(), side(), side()] as const;
  const padding = pick<Padding>(random, "same", "same", "valid", explicit);
  const [top, left, bottom, right] = padding === explicit ? explicit : ([0, 0, 0, 0] as const);
  const extent = (size: number) => (size - 1) * dilation + 1;
  const fits =
    height + top + bottom >= extent(kernel[0]) && width + left + right >= extent(kernel[1]);
  if (padding !== "same" && !fits) return null;
  return { kernel, dilation, stride: pick(random, 1, 1, 2, 3), padding };
}

const layers: Readonly<Record<string, Layer>> = {
  conv2d(draft) {
    const drawn = window(draft, 5);
    if (drawn === null) return null;
    const { kernel, ...init } = drawn;
    const { g, random, x } = draft;
    const channels = pick(random, 1, 2, 3, 4, 7, 16);
    const { w, bias, output } = weights(draft, [channels, ...kernel, x.type.shape[3] ?? 1], 0);
    return g.conv2d(x, w, bias, { ...init, output, activation: activation(random) });
  },
  depthwiseConv2d(draft) {
    const drawn = window(draft, 5);
    if (drawn === null) return null;
    const { kernel, ...init } = drawn;
    const { g, random, x } = draft;
    const channels = (x.type.shape[3] ?? 1) * pick(random, 1, 1, 2, 3);
    const { w, bias, output } = weights(draft, [1, ...kernel, channels], 3);
    return g.depthwiseConv2d(x, w, bias, { ...init, output, activation: activation(random) });
  },
  fullyConnected(draft) {
    const { g, random, x } = draft;
    const keepDims = between(random, 0, 1) === 1;
    const depth = keepDims ? (x.type.shape.at(-1) ?? 1) : elementCount(x.type.shape);
    const outputs = pick(random, 1, 2, 3, 5, 9, 18);
    const { w, bias, output } = weights(draft, [outputs, depth], null);
    return g.fullyConnected(x, w, bias, { keepDims, output, activation: activation(random) });
  },
  averagePool2d: (draft) => pooled(draft, "averagePool2d"),
  maxPool2d: (draft) => pooled(draft, "maxPool2d"),
  mean({ g, random, x }) {
    const { shape } = x.type;
    const axes = pick(random, [shape.length - 1], [-1], [0], shape.length === 4 ? [1, 2] : [0]);
    const keepDims = between(random, 0, 1) === 1;
    if (shape.length < 2) return null;
    return g.mean(x, axes, { keepDims, output: pick(random, same(x), quantized(random, 0.03)) });
  },
  add({ g, random, x, values }) {
    const others = values.filter(({ type }) => sameShape(type.shape, x.type.shape));
    const row = [x.type.shape.at(-1) ?? 1];
    const c = () => {
      const type = int8(row, quantized(random, 0.03));
      return g.constant(
        `c${between(random, 0, 2 ** 31)}`,
        type,
        integers(random, row[0] ?? 1, -128, 127),
      );
    };
    const other = between(random, 0, 3) === 0 ? c() : pick(random, ...others);
    const operands = between(random, 0, 1) === 0 ? ([x, other] as const) : ([other, x] as const);
    const output = quantized(random, scaleOf(x) + scaleOf(other));
    return g.add(...operands, { output, activation: activation(random) });
  },
  pad({ g, random, x }) {
    return g.pad(
      x,
      x.type.shape.map((_, axis) =>
        axis === 0 ? [0, 0] : [between(random, 0, 2), between(random, 0, 1)],
      ),
    );
  },
  reshape({ g, random, x }) {
    const count = elementCount(x.type.shape);
    const divisors = Array.from({ length: count }, (_, i) => i + 1).filter((d) => count % d === 0);
    const columns = pick(random, ...divisors);
    const rest = count / columns;
    return g.reshape(
      x,
      pick(random, [1, count], [rest, columns], [1, rest, 1, columns], [1, columns, rest, 1]),
    );
  },
  softmax: ({ g, random, x }) => g.softmax(x, { beta: pick(random, 1, 0.5, 2) }),
  relu: ({ g, random, x }) =>
    g.relu(x, { output: pick(random, same(x), quantized(random, scaleOf(x))) }),
  relu6: ({ g, random, x }) => g.relu6(x, { output: quantized(random, scaleOf(x)) }),
  quantize: ({ g, random, x }) => g.quantize(x, quantized(random, scaleOf(x))),
  floatIsland({ g, random, x }) {
    const real = g.dequantize(x);
    const bent = pick(random, g.relu(real), g.softmax(real), real);
    return g.quantize(g.add(bent, real), quantized(random, 2 * scaleOf(x)));
  },
};

const allLayers = { ...layers, ...operatorLayers };
const layerNames = Object.keys(layers);
const operatorNames = Object.keys(operatorLayers);
/** Drawn more often, because most other layers leave no image to slide over. */
const windows = layerNames.slice(0, 2).concat("maxPool2d");

function pooled(draft: Draft, kind: "averagePool2d" | "maxPool2d"): Value | null {
  const drawn = window(draft, 0);
  if (drawn === null || drawn.dilation > 1) return null;
  const { kernel, stride, padding } = drawn;
  return draft.g[kind](draft.x, kernel, { stride, padding, activation: activation(draft.random) });
}

function inputs(g: GraphBuilder, random: Random): Value[] {
  const shapes = [
    () => [1, between(random, 1, 12), between(random, 1, 12), between(random, 1, 8)],
    () => [pick(random, 1, 1, 1, 2), 7, 5, between(random, 1, 4)],
    () => [1, between(random, 1, 60)],
  ];
  const first = must(shapes[between(random, 0, 2)], "shapes")();
  const count = pick(random, 1, 1, 2, 3);
  return Array.from({ length: count }, (_, index) => {
    const shape = index === 0 || between(random, 0, 1) === 0 ? first : [1, 1 + index];
    return g.input(`x${index}`, int8(shape, quantized(random, 0.02)));
  });
}

/** Everything that nothing reads, and now and then a value on the way or an input. */
function outputs(values: readonly Value[], read: ReadonlySet<Value>, random: Random): Value[] {
  const leaves = values.filter((value) => !read.has(value));
  const extra = values.filter(() => between(random, 0, 7) === 0);
  const chosen = [...new Set([...leaves.reverse(), ...extra])].slice(0, OUTPUTS_MAX);
  return chosen.length > 0 ? chosen : values.slice(-1);
}

/** Layers that give their output row by row. */
const rowLayers = [...windows, "averagePool2d", "add", "relu", "pad"];

/** An image through a few layers that may stream, half of the time down to one pixel. */
export function randomTower(seed: number): Graph {
  const random = xorshift32(Math.imul(seed + 1, 0x85ebca6b));
  const g = new GraphBuilder(`tower ${seed}`);
  const shape = [1, between(random, 3, 12), between(random, 2, 9), between(random, 1, 5)];
  const values = [g.input("x", int8(shape, quantized(random, 0.02)))];
  const last = () => must(values.at(-1), "a value");
  const wanted = between(random, 2, 7);
  for (let tries = 0; values.length <= wanted && tries < 40; tries++) {
    const layer = must(layers[pick(random, ...rowLayers)], "layer");
    const value = layer({ g, random, values, x: last() });
    if (value !== null && byteLength(value.type) <= BYTES_MAX) values.push(value);
  }
  if (between(random, 0, 1) === 0) return g.build(last());
  return g.build(g.mean(last(), [1, 2], { keepDims: true, output: quantized(random, 0.02) }));
}

export function randomDag(seed: number): Graph {
  const random = xorshift32(Math.imul(seed + 1, 0x9e3779b1));
  const g = new GraphBuilder(`dag ${seed}`);
  const values = inputs(g, random);
  const read = new Set<Value>();
  const wanted = between(random, 1, 12);
  for (let made = 0, tries = 0; made < wanted && tries < 60; tries++) {
    const recent = between(random, 0, 2) > 0;
    const x = recent ? must(values.at(-1), "a value") : pick(random, ...values);
    const isImage = x.type.shape.length === 4 && between(random, 0, 1) === 0;
    const names = isImage ? windows : pick(random, layerNames, operatorNames);
    const layer = must(allLayers[pick(random, ...names)], "layer");
    const value = layer({ g, random, values, x });
    if (value === null || byteLength(value.type) > BYTES_MAX) continue;
    values.push(value);
    read.add(x);
    made += 1;
  }
  return g.build(...outputs(values, read, random));
}

/**
 * The laws of toolchain/passes/README.md, on graphs that give each pass something to do: the same
 * answers, no more work, nothing changed in place, settled after one run.
 */
import { describe, expect, it } from "vitest";
import { GraphBuilder } from "../../toolchain/import/builder/builder.ts";
import { float32, int8, int32 } from "../../toolchain/import/builder/tensor-types.ts";
import { type Graph, inputsOf, outputsOf } from "../../toolchain/ir/graph.ts";
import { printGraph } from "../../toolchain/ir/print.ts";
import { byteLength } from "../../toolchain/ir/types.ts";
import { type Rounding, roundings } from "../../toolchain/numeric/requantize.ts";
import { operatorOf } from "../../toolchain/ops/registry.ts";
import { dropDeadNodes } from "../../toolchain/passes/drop-dead-nodes.ts";
import { foldConstants } from "../../toolchain/passes/fold-constants.ts";
import { foldPads } from "../../toolchain/passes/fold-pads.ts";
import { passes, rewrite } from "../../toolchain/passes/pipeline.ts";
import { interpret } from "../../toolchain/simulate/reference/interpreter.ts";
import { random } from "../codegen/random-convolution.ts";

const activations = { scale: 0.05, zeroPoint: 7 };
/** The same bytes every time, so that a graph made twice is the same graph. */
function bytes(count: number): number[] {
  const next = random(count);
  return Array.from({ length: count }, () => (next() >>> 24) - 128);
}

const valid = { padding: "valid", activation: "relu" } as const;

function weights(builder: GraphBuilder, name: string, shape: readonly number[]) {
  const type = int8(shape, { scale: 0.01, zeroPoint: 0 });
  const count = shape.reduce((product, size) => product * size, 1);
  return builder.constant(name, type, bytes(count));
}

/** pad -> conv2d with pads of its own; the padded tensor is used by a depthwise too. */
function padded(): Graph {
  const builder = new GraphBuilder("padded");
  const input = builder.input("input", int8([1, 5, 4, 3], activations));
  const pad = builder.pad(
    input,
    [
      [0, 0],
      [1, 2],
      [0, 1],
      [0, 0],
    ],
    { name: "pad" },
  );
  const conv = builder.conv2d(pad, weights(builder, "w", [4, 3, 3, 3]), null, {
    ...{ padding: [0, 1, 0, 1], activation: "relu", name: "conv", output: activations },
  });
  const deep = builder.depthwiseConv2d(pad, weights(builder, "d", [1, 2, 2, 3]), null, {
    ...{ ...valid, name: "deep", output: activations },
  });
  return builder.build(conv, deep);
}

/** Channels are padded too: nothing to fold. */
function paddedChannels(): Graph {
  const builder = new GraphBuilder("channels");
  const input = builder.input("input", int8([1, 3, 3, 2], activations));
  const pad = builder.pad(
    input,
    [
      [0, 0],
      [0, 1],
      [0, 1],
      [1, 0],
    ],
    { name: "pad" },
  );
  const conv = builder.conv2d(pad, weights(builder, "w", [3, 2, 2, 3]), null, {
    ...{ ...valid, name: "conv", output: activations },
  });
  return builder.build(conv);
}

/** A quantised constant is dequantised, reshaped, and only then used; a branch leads nowhere. */
function constants(): Graph {
  const builder = new GraphBuilder("constants");
  const input = builder.input("input", float32([1, 6]));
  const raw = builder.constant("raw", int8([6], { scale: 0.5, zeroPoint: 1 }), bytes(6));
  const real = builder.dequantize(raw, { name: "real" });
  const row = builder.reshape(real, [1, 6], { name: "row" });
  const sum = builder.add(input, row, { name: "sum" });
  builder.softmax(sum, { name: "nowhere" });
  return builder.build(sum);
}

const graphs: readonly (readonly [string, () => Graph])[] = [
  ["padded", padded],
  ["padded channels", paddedChannels],
  ["constants", constants],
];

function answers(graph: Graph, rounding: Rounding): string[] {
  const draw = random(3);
  const inputs = graph.inputs.map((index) => {
    const { type } = graph.tensors[index] ?? { type: int32([1]) };
    const drawn = Uint8Array.from({ length: byteLength(type) }, () => draw() >>> 25);
    return drawn;
  });
  return interpret(graph, inputs, { rounding }).outputs.map((b) => Buffer.from(b).toString("hex"));
}

const work = (graph: Graph) =>
  graph.nodes.reduce((sum, node) => {
    const { attributes } = node;
    const operands = { inputs: inputsOf(graph, node), outputs: outputsOf(graph, node) };
    return sum + operatorOf(node).macs({ attributes, ...operands });
  }, 0);

describe.each(graphs)("%s", (_, make) => {
  it.each(roundings)("gives the same bytes under rounding %s", (rounding) => {
    expect(answers(rewrite(make(), { rounding }), rounding)).toEqual(answers(make(), rounding));
  });

  it("does not work more, and leaves its input as it was", () => {
    const graph = make();
    const before = printGraph(graph);
    expect(work(rewrite(graph, { rounding: "tflite" }))).toBeLessThanOrEqual(work(graph));
    expect(printGraph(graph)).toBe(before);
  });

  it.each(passes)("$name is settled after one run", ({ run }) => {
    const once = run(make(), { rounding: "tflite" });
    expect(printGraph(run(once, { rounding: "tflite" }))).toBe(printGraph(once));
  });
});

describe("what each pass does", () => {
  const options = { rounding: "tflite" } as const;
  const names = (graph: Graph) => graph.nodes.map(({ name }) => name);

  it("fold-pads adds the pads to the convolutions', and the pad is dead", () => {
    const graph = foldPads.run(padded(), options);
    expect(graph.nodes.map(({ attributes }) => attributes.pads)).toEqual([
      undefined,
      [1, 1, 2, 2],
      [1, 0, 2, 1],
    ]);
    expect(names(dropDeadNodes.run(graph, options))).toEqual(["conv", "deep"]);
    expect(foldPads.run(paddedChannels(), options)).toEqual(paddedChannels());
  });

  it("fold-constants computes what does not depend on an input", () => {
    const graph = foldConstants.run(constants(), options);
    expect(names(graph)).toEqual(["sum", "nowhere"]);
    const row = graph.tensors.find(({ name }) => name === "row");
    expect(row?.data?.length).toBe(24);
  });

  it("drop-dead-nodes keeps what an output needs", () => {
    const graph = dropDeadNodes.run(constants(), options);
    expect(names(graph)).toEqual(["real", "row", "sum"]);
    expect(graph.tensors.some(({ name }) => name === "nowhere")).toBe(false);
  });

  it("keeps a graph that is already settled", () => {
    const graph = rewrite(padded(), options);
    expect(rewrite(graph, options)).toEqual(graph);
  });
});

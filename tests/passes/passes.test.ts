/**
 * The laws of toolchain/passes/README.md, on graphs that give each pass something to do: the same
 * answers, no more work, nothing changed in place, settled after one run.
 */
import { describe, expect, it } from "vitest";
import { GraphBuilder } from "../../toolchain/import/builder/builder.ts";
import { float32, int8 } from "../../toolchain/import/builder/tensor-types.ts";
import type { Graph } from "../../toolchain/ir/graph.ts";
import { printGraph } from "../../toolchain/ir/print.ts";
import { roundings } from "../../toolchain/numeric/requantize.ts";
import { dropDeadNodes } from "../../toolchain/passes/drop-dead-nodes.ts";
import { passes, rewrite } from "../../toolchain/passes/pipeline.ts";
import { random } from "../codegen/random-convolution.ts";
import { complaints } from "./laws.ts";

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

/** A pad of ones around an image, before a maximum whose zero point is `zeroPoint`. */
function paddedMaximum(zeroPoint: number): Graph {
  const builder = new GraphBuilder("maximum");
  const input = builder.input("input", int8([1, 4, 4, 2], { scale: 0.1, zeroPoint }));
  const sides: [number, number][] = [
    [0, 0],
    [1, 1],
    [1, 1],
    [0, 0],
  ];
  const pad = builder.pad(input, sides, { name: "pad" });
  return builder.build(builder.maxPool2d(pad, [3, 3], { stride: 2, padding: "valid" }));
}

/** A padded float image before a convolution with this weight among others. */
function paddedFloats(weight: number): Graph {
  const builder = new GraphBuilder("floats");
  const input = builder.input("input", float32([1, 3, 3, 1]));
  const sides: [number, number][] = [
    [0, 0],
    [1, 0],
    [0, 1],
    [0, 0],
  ];
  const pad = builder.pad(input, sides, { name: "pad" });
  const kernel = builder.constant("w", float32([1, 2, 2, 1]), [1, weight, -0.5, 0.25]);
  return builder.build(builder.conv2d(pad, kernel, null, valid));
}

const graphs: readonly (readonly [string, () => Graph])[] = [
  ["padded", padded],
  ["padded channels", paddedChannels],
  ["padded maximum", () => paddedMaximum(-128)],
  ["padded maximum that sees the pads", () => paddedMaximum(-100)],
  ["padded floats", () => paddedFloats(-3)],
  ["padded floats with an infinite weight", () => paddedFloats(Number.POSITIVE_INFINITY)],
  ["constants", constants],
];

describe.each(graphs)("%s", (_, make) => {
  it.each(roundings)("keeps the laws under rounding %s", (rounding) => {
    const before = make();
    const text = printGraph(before);
    const after = rewrite(before, { rounding });
    expect(complaints({ before, after, rounding })).toEqual([]);
    expect(printGraph(before)).toBe(text);
  });

  it.each(passes)("$name is settled after one run", ({ run }) => {
    const once = run(make(), { rounding: "tflite" });
    expect(run(once, { rounding: "tflite" })).toBe(once);
  });
});

describe("what passes leave alone", () => {
  const options = { rounding: "tflite" } as const;
  const names = (graph: Graph) => graph.nodes.map(({ name }) => name);

  it("folds pads that two convolutions read", () => {
    const graph = rewrite(padded(), options);
    expect(graph.nodes.map(({ attributes }) => attributes.pads)).toEqual([
      [1, 1, 2, 2],
      [1, 0, 2, 1],
    ]);
  });

  it("does not fold pads of channels, nor those that a maximum or an infinite weight sees", () => {
    for (const graph of [
      paddedChannels(),
      paddedMaximum(-100),
      paddedFloats(Number.POSITIVE_INFINITY),
    ]) {
      expect(rewrite(graph, options)).toBe(graph);
    }
    expect(names(rewrite(paddedMaximum(-128), options))).toHaveLength(1);
    expect(names(rewrite(paddedFloats(-3), options))).toHaveLength(1);
  });

  it("keeps what an output needs", () => {
    const graph = dropDeadNodes.run(constants(), options);
    expect(names(graph)).toEqual(["real", "row", "sum"]);
    expect(graph.tensors.some(({ name }) => name === "nowhere")).toBe(false);
  });
});

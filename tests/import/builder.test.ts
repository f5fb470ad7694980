/** Networks written by hand: what the builder fills in, and what it refuses. */
import { describe, expect, it } from "vitest";
import { Diagnostic } from "../../toolchain/diagnostics/diagnostic.ts";
import { writeTflite } from "../../toolchain/export/tflite/write.ts";
import { GraphBuilder } from "../../toolchain/import/builder/builder.ts";
import { DagBuilder } from "../../toolchain/import/builder/dag-builder.ts";
import { float32, int8, int32 } from "../../toolchain/import/builder/tensor-types.ts";
import { inputsOf, outputsOf } from "../../toolchain/ir/graph.ts";
import { interpret } from "../../toolchain/simulate/reference/interpreter.ts";
import { loadTflite } from "../oracles/tflite-runtime.ts";
import { dummy } from "./dummy-operator.ts";

/** Small integers with no pattern that a layer could hide. */
const count = (length: number): number[] => Array.from({ length }, (_, i) => ((i * 73) % 41) - 20);

/** Scales without small ratios: TFLite rounds exact ties to even, the contract up. */
const weightScales = [0.0213, 0.0317, 0.0439];

/** conv -> depthwise -> add -> max pool -> average pool -> reshape -> dense -> softmax. */
function network() {
  const g = new GraphBuilder("net");
  const x = g.input("x", int8([1, 9, 8, 2], { scale: 1 / 255, zeroPoint: -128 }));
  const perChannel = (axis: number) => ({ scale: weightScales, axis });
  const w = g.constant("w", int8([3, 3, 3, 2], perChannel(0)), count(54));
  const b = g.constant("b", int32([3], { scale: weightScales.map((s) => s / 255) }), count(3));
  const d = g.constant("d", int8([1, 3, 3, 3], perChannel(3)), count(27));
  const output = { scale: 0.0473, zeroPoint: -128 };
  const y = g.conv2d(x, w, b, { stride: 2, padding: "same", activation: "relu", output });
  const z = g.depthwiseConv2d(y, d, null, { padding: "same", name: "mid", output });
  const sum = g.add(y, z, { output });
  const pooled = g.averagePool2d(g.maxPool2d(sum, 2, { stride: 1 }), [4, 3]);
  const dense = g.constant("dense", int8([4, 3], { scale: 0.1 }), count(12));
  const flat = g.reshape(pooled, [1, -1]);
  const logits = g.fullyConnected(flat, dense, null, { name: "logits", output: { scale: 0.1 } });
  return { g, x, y, z, logits };
}

describe("GraphBuilder", () => {
  it("infers shapes, resolves padding and keeps the quantisation that operators imply", () => {
    const { g, logits } = network();
    const graph = g.build(g.softmax(logits));
    const shapes = graph.nodes.map((node) => [node.op, outputsOf(graph, node)[0]?.type.shape]);
    expect(shapes).toEqual([
      ["conv2d", [1, 5, 4, 3]],
      ["depthwise_conv2d", [1, 5, 4, 3]],
      ["add", [1, 5, 4, 3]],
      ["max_pool2d", [1, 4, 3, 3]],
      ["average_pool2d", [1, 1, 1, 3]],
      ["reshape", [1, 3]],
      ["fully_connected", [1, 4]],
      ["softmax", [1, 4]],
    ]);
    expect(graph.nodes[0]?.attributes).toEqual({
      strides: [2, 2],
      dilations: [1, 1],
      pads: [1, 0, 1, 1],
      activation: "relu",
    });
    const quantizations = graph.outputs.map((index) => graph.tensors[index]?.type.quantization);
    expect(quantizations).toEqual([{ scale: [1 / 256], zeroPoint: [-128], axis: 0 }]);
  });

  it("writes networks that TensorFlow Lite computes as the reference does", async () => {
    const { g, y, z, logits } = network();
    const graph = g.build(y, z, g.softmax(logits));
    const input = Uint8Array.from({ length: 144 }, (_, i) => (i * 37) & 255);
    const outputs = (await loadTflite()).run(writeTflite(graph), [input]);
    expect(outputs.map((bytes) => bytes.length)).toEqual([60, 60, 4]);
    expect(outputs).toEqual(interpret(graph, [input], { rounding: "tflite" }).outputs);
  });

  it("names nodes and tensors, its own or the user's", () => {
    const { g, logits } = network();
    const { nodes } = g.build(g.softmax(logits));
    expect(nodes.map(({ name }) => name).slice(0, 3)).toEqual(["conv2d_1", "mid", "add_3"]);
  });
});

describe("DagBuilder", () => {
  const x4 = float32([1, 4]);
  const all = { small: 0, large: 0, ratio: 1, on: true, list: [], axes: [0] };

  it("takes any operator of the registry, with several outputs and omitted operands", () => {
    const g = new DagBuilder("net", [dummy]);
    const x = g.input("x", x4);
    const outputs = [{}, { name: "second" }];
    const [a, b] = g.ops("dummy", [x, null], all, { name: "split", outputs });
    const graph = g.build(...(a && b ? [b, a] : []));
    expect(graph.tensors.map(({ name }) => name)).toEqual(["x", "split", "second"]);
    expect(graph.outputs).toEqual([2, 1]);
    expect(graph.nodes.map((node) => inputsOf(graph, node)[1])).toEqual([null]);
  });

  it("does not change a graph it has built", () => {
    const g = new DagBuilder("net", [dummy]);
    const x = g.input("x", x4);
    const first = g.op("dummy", [x], all);
    const graph = g.build(first);
    g.op("dummy", [first], all);
    expect(graph.nodes).toHaveLength(1);
  });

  it.each<[string, (g: DagBuilder) => unknown, string]>([
    ["an unknown operator", (g) => g.op("dumy", [g.input("x", x4)], all), "no operator dumy"],
    ["a wrong attribute", (g) => g.op("dummy", [], { ...all, on: 1 }), "on must be true or false"],
    ["a missing attribute", (g) => g.op("dummy", [], {}), "attribute small"],
    ["a repeated name", (g) => g.build(g.input("x", x4), g.input("x", x4)), 'called "x"'],
    ["a wrong constant", (g) => g.constant("c", x4, [1, 2]), "2 values are given for shape [1, 4]"],
    ["a value that wraps", (g) => g.constant("c", int8([1]), [200]), "200 is no element of int8"],
    ["no outputs", (g) => g.build(), "the graph has no outputs"],
    [
      "a value of another builder",
      (g) => g.op("dummy", [new DagBuilder("other").input("x", x4)], all),
      'value "x" was not made by this builder',
    ],
  ])("refuses %s", (_what, build, message) => {
    const run = () => build(new DagBuilder("net", [dummy]));
    expect(run).toThrow(Diagnostic);
    expect(run).toThrow(message);
  });

  it("writes float and mixed networks too", async () => {
    const g = new GraphBuilder("net");
    const x = g.input("x", float32([1, 3, 3, 2]));
    const still = [0, 0] as const;
    const padded = g.pad(x, [still, [1, 0], [0, 2], still]);
    const q = g.quantize(g.relu6(g.mean(g.relu(padded), [1, 2])), { scale: 1 / 32 }, "q");
    const graph = g.build(g.dequantize(g.add(q, q, { output: { scale: 1 / 16 } })), q);
    const values = Float32Array.from({ length: 18 }, (_, i) => ((i * 29) % 17) - 5);
    const input = new Uint8Array(values.buffer);
    const outputs = (await loadTflite()).run(writeTflite(graph), [input]);
    expect(outputs).toEqual(interpret(graph, [input], { rounding: "tflite" }).outputs);
    expect(graph.nodes.map(({ op }) => op).join(" ")).toBe(
      "pad relu mean relu quantize add dequantize",
    );
  });

  it("asks for the scale that a quantised output needs", () => {
    const g = new GraphBuilder("net");
    const x = g.input("x", int8([1, 4], { scale: 1 }));
    const w = g.constant("w", int8([2, 4], { scale: 1 }), count(8));
    expect(() => g.fullyConnected(x, w, null)).toThrow(
      "the int8 output of fully_connected needs a scale and a zero point",
    );
  });
});

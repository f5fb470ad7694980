/** What a user is told when a layer with weights does not fit together: code and words. */
import { describe, expect, it } from "vitest";
import { must } from "../../toolchain/diagnostics/assert.ts";
import { Diagnostic } from "../../toolchain/diagnostics/diagnostic.ts";
import { writeTflite } from "../../toolchain/export/tflite/write.ts";
import { type Graph, inputsOf, outputsOf, type Tensor } from "../../toolchain/ir/graph.ts";
import type { TensorType } from "../../toolchain/ir/types.ts";
import type { TfliteOptions } from "../../toolchain/ops/op.ts";
import { operatorOf } from "../../toolchain/ops/registry.ts";
import { verifyGraph } from "../../toolchain/ops/verify-graph.ts";
import { interpret } from "../../toolchain/simulate/reference/interpreter.ts";
import batchMatmul from "./batch_matmul.cases.ts";
import { float32, int8, int16, situate } from "./case.ts";
import conv2d from "./conv2d.cases.ts";
import depthwise from "./depthwise_conv2d.cases.ts";
import fullyConnected from "./fully_connected.cases.ts";
import transposeConv from "./transpose_conv.cases.ts";

const padded = conv2d.cases.find(({ name }) => name.startsWith("same 3x3, relu"));
const conv = situate("conv2d", must(padded, "a case")).graph;
const dw = situate("depthwise_conv2d", must(depthwise.cases[1], "case")).graph;
const fc = situate("fully_connected", must(fullyConnected.cases[1], "case")).graph;

const transposed = situate("transpose_conv", must(transposeConv.cases[1], "case")).graph;
const matmul = situate("batch_matmul", must(batchMatmul.cases[1], "case")).graph;

const [INPUT, WEIGHTS, BIAS] = [0, 1, 2];

/** The graph with one tensor's type, or the tensor itself, changed. */
function changed(graph: Graph, at: number, change: (tensor: Tensor) => Tensor): Graph {
  const tensors = graph.tensors.map((tensor, index) => (index === at ? change(tensor) : tensor));
  return { ...graph, tensors };
}

const retyped = (graph: Graph, at: number, type: (old: TensorType) => TensorType): Graph =>
  changed(graph, at, ({ name, type: old, data }) => {
    const next = type(old);
    const bytes = next.shape.reduce((count, size) => count * size, next.dtype === "int8" ? 1 : 4);
    return { name, type: next, ...(data && { data: new Uint8Array(bytes) }) };
  });

const withAttributes = (graph: Graph, attributes: Graph["nodes"][0]["attributes"]): Graph => ({
  ...graph,
  nodes: graph.nodes.map((node) => ({
    ...node,
    attributes: { ...node.attributes, ...attributes },
  })),
});

const scaled = (type: TensorType, scale: number[], zeroPoint: number[], axis = 0): TensorType => ({
  ...type,
  quantization: { scale, zeroPoint, axis },
});

const runtimeWeights = ({ name, type }: Tensor): Tensor => ({ name, type });

/** [what is wrong, graph, code, words] */
const faults: readonly (readonly [string, Graph, string, string])[] = [
  [
    "rank of the input",
    retyped(conv, INPUT, () => int8([7, 5, 3], 0.1, 0)),
    "EF2002",
    "in0 has shape [7,5,3], not 4 dimensions",
  ],
  [
    "input channels",
    retyped(conv, INPUT, () => int8([1, 7, 5, 4], 0.1, 0)),
    "EF2002",
    "the input has 4 channels, the weights [5,3,3,3] take 3",
  ],
  [
    "depthwise channels",
    retyped(dw, INPUT, () => int8([1, 7, 5, 4], 0.1, 0)),
    "EF2002",
    "weights [1,3,3,7] do not fit an input of 4 channels",
  ],
  [
    "depth of a fully connected layer",
    retyped(fc, INPUT, () => int8([1, 36], 0.1, 0)),
    "EF2002",
    "an input of shape [1,36] does not divide into rows of 37 weights",
  ],
  [
    "length of the bias",
    retyped(conv, BIAS, () => ({ dtype: "int32", shape: [4] })),
    "EF2002",
    "bias in2 is [4] for 5 output channels",
  ],
  [
    "a window larger than the input",
    withAttributes(conv, { pads: [0, 0, 0, 0], dilations: [1, 4] }),
    "EF2002",
    "a window of 9 does not fit into 5 padded elements",
  ],
  [
    "a stride of zero",
    withAttributes(conv, { strides: [0, 1] }),
    "EF2002",
    "attribute strides must be an integer from 1 to 2147483647",
  ],
  [
    "hybrid types",
    retyped(conv, INPUT, () => float32([1, 7, 5, 3])),
    "EF2003",
    "operands are float32, int8, int32; float32, or int8 or int16 with int8 weights, is supported",
  ],
  [
    "an int16 input with a zero point",
    retyped(conv, INPUT, () => int16([1, 7, 5, 3], 0.1, 4)),
    "EF2003",
    "in0 is int16 with zero point 4, not 0",
  ],
  [
    "channels that make no whole groups",
    retyped(conv, INPUT, () => int8([1, 7, 5, 6], 0.1, 0)),
    "EF2002",
    "the input has 6 channels, the weights [5,3,3,3] take 3",
  ],
  [
    "transposed channels",
    retyped(transposed, INPUT, () => int8([1, 4, 3, 4], 0.1, 0)),
    "EF2002",
    "the input has 4 channels, the weights [3,3,2,5] take 5",
  ],
  [
    "matrices that do not multiply",
    retyped(matmul, INPUT, () => int8([3, 6], 0.1, 0)),
    "EF2002",
    "[3,6] and [7,5] do not multiply: vectors of 6 and 7",
  ],
  [
    "matrices of two types",
    retyped(matmul, INPUT, () => int16([3, 7], 0.1, 0)),
    "EF2003",
    "operands are int16 and int8; they must be alike",
  ],
  [
    "scales along another axis",
    retyped(fc, WEIGHTS, (type) => scaled(type, Array(37).fill(0.125), Array(37).fill(0), 1)),
    "EF2003",
    "weights in1 have 37 scales along axis 1, not 1, or 7 along axis 0",
  ],
  [
    "asymmetric weights",
    retyped(fc, WEIGHTS, (type) => scaled(type, [0.125], [3])),
    "EF2003",
    "weights in1 are not symmetric: a zero point is not 0",
  ],
  [
    "an input without a scale",
    retyped(conv, INPUT, ({ dtype, shape }) => ({ dtype, shape })),
    "EF2003",
    "in0 needs one positive scale and one zero point",
  ],
];

function diagnosticOf(action: () => unknown): Diagnostic {
  try {
    action();
  } catch (error) {
    if (error instanceof Diagnostic) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}

describe("layers with weights refuse", () => {
  it.each(faults)("%s", (_, graph, code, words) => {
    const { code: found, message, where } = diagnosticOf(() => verifyGraph(graph));
    expect(message).toBe(words);
    expect(found).toBe(code);
    expect(where.node).toBe(graph.nodes[0]?.name);
  });
});

/** What planning a graph's only node says. */
function formsOf(graph: Graph, change: (tensor: Tensor) => Tensor = (tensor) => tensor) {
  const node = must(graph.nodes[0], "the node");
  const [inputs, outputs] = [inputsOf(graph, node), outputsOf(graph, node).map(change)];
  const { attributes } = node;
  return operatorOf(node).forms({ attributes, inputs, outputs, rounding: "tflite" });
}

describe("layers with weights have no kernel", () => {
  it("for weights of run time, which batch_matmul takes", () => {
    const graph = { ...changed(conv, WEIGHTS, runtimeWeights), inputs: [INPUT, WEIGHTS] };
    const { code, message, next } = diagnosticOf(() => formsOf(graph));
    const words = "in1 is computed at run time; weights and biases must be constants";
    expect([code, message]).toEqual(["EF2003", words]);
    expect(next[0]).toMatch(/batch_matmul/);
  });

  it("for sums that leave int32 when scaled", () => {
    const tiny = (tensor: Tensor): Tensor => ({
      ...tensor,
      type: int8(tensor.type.shape, 1e-9, 0),
    });
    const { code, message } = diagnosticOf(() => formsOf(conv, tiny));
    expect(code).toBe("EF2003");
    expect(message).toMatch(/^sums of up to \d+ times a factor of [\d.]+ overflow$/);
  });
});

/** What reading a file's options says when one of them is changed. */
function readWith(graph: Graph, change: TfliteOptions): Diagnostic {
  const node = must(graph.nodes[0], "the node");
  const spelling = must(operatorOf(node).tflite[0], "a spelling");
  const [inputs, outputs] = [inputsOf(graph, node), outputsOf(graph, node)];
  const written = spelling.write({ attributes: node.attributes, inputs, outputs });
  const options = { ...must(written, "options").options, ...change };
  return diagnosticOf(() => spelling.read({ options, inputs, outputs }));
}

describe("layers with weights in a .tflite file", () => {
  it.each([
    [conv, { padding: 2 }, "padding scheme 2 is neither SAME nor VALID"],
    [dw, { fused_activation_function: 4 }, "fused activation 4 is not supported"],
    [fc, { fused_activation_function: 5 }, "fused activation 5 is not supported"],
    [fc, { weights_format: 1 }, "fully connected weights are in a shuffled format"],
  ])("are refused with options that have no meaning here: %#", (graph, change, words) => {
    const { code, message } = readWith(graph, change);
    expect([code, message]).toEqual(["EF1004", words]);
  });

  it("are not written when no padding scheme gives their pads", () => {
    const graph = withAttributes(conv, { pads: [2, 1, 1, 1] });
    const { message } = diagnosticOf(() => writeTflite(graph));
    expect(message).toBe("a .tflite file cannot express this conv2d");
  });
});

describe("the interpreter refuses", () => {
  const rounding = "tflite" as const;

  it("too many inputs", () => {
    const run = () => interpret(fc, [new Uint8Array(37), new Uint8Array(1)], { rounding });
    const { code, message } = diagnosticOf(run);
    expect([code, message]).toEqual(["EF7003", "2 inputs were given, the model has 1"]);
  });

  it("an input of the wrong size", () => {
    const { code, message } = diagnosticOf(() => interpret(fc, [new Uint8Array(36)], { rounding }));
    expect([code, message]).toEqual(["EF7003", "input in0 has 36 bytes instead of 37"]);
  });

  it("an operator that does not exist, naming the nearest", () => {
    const nodes = fc.nodes.map((node) => ({ ...node, op: "fully_conected" }));
    const run = () => interpret({ ...fc, nodes }, [new Uint8Array(37)], { rounding });
    const words = "there is no operator fully_conected; the nearest is fully_connected";
    expect(diagnosticOf(run).message).toBe(words);
  });
});

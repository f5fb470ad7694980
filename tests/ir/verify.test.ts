/** Each structural rule has one graph that breaks it and nothing else. */
import { describe, expect, it } from "vitest";
import { Diagnostic } from "../../toolchain/diagnostics/diagnostic.ts";
import type { Graph, Node, Tensor } from "../../toolchain/ir/graph.ts";
import type { TensorType } from "../../toolchain/ir/types.ts";
import { verifyStructure } from "../../toolchain/ir/verify.ts";

const type: TensorType = { dtype: "int8", shape: [2, 3] };
const tensor = (name: string, over: Partial<Tensor> = {}): Tensor => ({ name, type, ...over });
const node = (name: string, inputs: Node["inputs"], outputs: Node["outputs"]): Node => ({
  name,
  op: "f",
  attributes: {},
  inputs,
  outputs,
});

/** x -> first -> a -> second(a, w) -> y */
const good: Graph = {
  name: "net",
  tensors: [tensor("x"), tensor("a"), tensor("w", { data: new Uint8Array(6) }), tensor("y")],
  nodes: [node("first", [0, null], [1]), node("second", [1, 2], [3])],
  inputs: [0],
  outputs: [3],
};

const withTensor = (index: number, changed: Tensor): Graph => ({
  ...good,
  tensors: good.tensors.map((old, at) => (at === index ? changed : old)),
});
const withType = (changed: TensorType): Graph => withTensor(0, tensor("x", { type: changed }));
const quantized = (scale: number[], zeroPoint: number[], axis = 0): Graph =>
  withType({ ...type, quantization: { scale, zeroPoint, axis } });
const nodes = (...changed: Node[]): Graph => ({ ...good, nodes: changed });
const [first, second] = good.nodes as [Node, Node];

const broken: readonly [rule: string, graph: Graph, message: string, where: object][] = [
  ["tensor names", withTensor(1, tensor("x")), 'two tensors are called "x"', { tensor: "x" }],
  ["empty names", withTensor(1, tensor("")), "tensor 1 has no name", { tensor: "" }],
  ["node names", nodes(first, { ...second, name: "first" }), "two nodes", { node: "first" }],
  ["zero size", withType({ ...type, shape: [0] }), "not a positive integer", { tensor: "x" }],
  ["negative size", withType({ ...type, shape: [-2, -3] }), "not a positive", { tensor: "x" }],
  ["rank", withType({ ...type, shape: Array(9).fill(1) }), "more than 8", { tensor: "x" }],
  ["bytes", withType({ ...type, shape: [65536, 32768] }), "2147483647 bytes", { tensor: "x" }],
  ["constant", withTensor(2, tensor("w", { data: new Uint8Array(5) })), "holds 5", { tensor: "w" }],
  ["scale count", quantized([1, 1, 1], [0, 0, 0]), "3 scales, and axis 0 has", { tensor: "x" }],
  ["axis", quantized([1, 1], [0, 0], 2), "axis 2 has size none", { tensor: "x" }],
  ["zero point count", quantized([1], []), "1 scales but 0 zero points", { tensor: "x" }],
  ["zero point", quantized([1], [128]), "128 is outside -128..127", { tensor: "x" }],
  ["scale", quantized([0.1], [0]), "scale 0.1 is not a positive float32", { tensor: "x" }],
  ["zero scale", quantized([0], [0]), "scale 0 is not", { tensor: "x" }],
  ["infinite scale", quantized([Number.POSITIVE_INFINITY], [0]), "Infinity", { tensor: "x" }],
  [
    "quantised float",
    withType({
      dtype: "float32",
      shape: [1],
      quantization: { scale: [1], zeroPoint: [0], axis: 0 },
    }),
    "float32 tensors take no quantisation",
    { tensor: "x" },
  ],
  ["operand index", nodes(first, node("second", [9, 2], [3])), "input 9", { node: "second" }],
  ["output index", nodes(first, node("second", [1, 2], [-1])), "output -1", { node: "second" }],
  ["graph input index", { ...good, inputs: [4] }, "graph input 4", {}],
  ["graph output index", { ...good, outputs: [0.5] }, "graph output 0.5", {}],
  ["no graph output", { ...good, outputs: [] }, "the graph has no outputs", {}],
  ["no output", nodes(first, node("second", [1, 2], [])), "has no outputs", { node: "second" }],
  ["order", nodes(second, first), 'input "a" has no value yet', { node: "second", tensor: "a" }],
  ["cycle", nodes(node("first", [1], [1]), second), "no value yet", { node: "first", tensor: "a" }],
  [
    "two producers",
    nodes(first, second, node("third", [0], [3])),
    "already has",
    { node: "third" },
  ],
  ["written constant", nodes(first, second, node("third", [0], [2])), "already", { tensor: "w" }],
  ["written input", nodes(first, second, node("third", [1], [0])), "already", { tensor: "x" }],
  ["repeated input", { ...good, inputs: [0, 0] }, "listed twice", { tensor: "x" }],
  ["constant input", { ...good, inputs: [0, 2] }, "is a constant", { tensor: "w" }],
  ["constant output", { ...good, outputs: [2] }, 'output "w" is a constant', { tensor: "w" }],
  ["no source", { ...good, nodes: [first] }, 'nothing makes tensor "y"', { tensor: "y" }],
];

describe("verifyStructure", () => {
  it("accepts a graph that follows the rules", () => {
    expect(() => verifyStructure(good)).not.toThrow();
    expect(() => verifyStructure(quantized([0.5, 0.25, 2], [0, -128, 127], 1))).not.toThrow();
  });

  it.each(broken)("refuses: %s", (_rule, graph, message, where) => {
    const found = (() => {
      try {
        return verifyStructure(graph);
      } catch (error) {
        return error;
      }
    })();
    expect(found).toBeInstanceOf(Diagnostic);
    const { code, message: text, where: place } = found as Diagnostic;
    expect(code).toBe("EF2001");
    expect(text).toContain(message);
    expect(place).toMatchObject({ model: "net", ...where });
  });
});

/**
 * Computes nodes whose operands are all constants at build time, by their own reference semantics,
 * and replaces them by their results: weights behind DEQUANTIZE, reshaped or padded constants. It
 * does so with nodes whose operands are known as far as they matter: the shape of a tensor.
 *
 * A node that gives a graph output or a state stays: those are written by a kernel.
 */
import { must } from "../diagnostics/assert.ts";
import {
  type Graph,
  inputsOf,
  type Node,
  outputsOf,
  type Tensor,
  type TensorIndex,
} from "../ir/graph.ts";
import { bytesOf, viewTensor } from "../ir/types.ts";
import { operatorOf } from "../ops/registry.ts";
import type { Pass, PassOptions } from "./pass.ts";
import { keptTensors } from "./uses.ts";

export const foldConstants: Pass = {
  name: "fold-constants",
  run: (graph, options) => {
    const kept = keptTensors(graph);
    const tensors = [...graph.tensors];
    const current = { ...graph, tensors };
    // Nodes stand in order, so what a folded one gives is a constant to those behind it.
    const nodes = graph.nodes.filter((node) => {
      if (!isFoldable(current, node, kept)) return true;
      for (const [index, tensor] of folded(current, node, options)) tensors[index] = tensor;
      return false;
    });
    return nodes.length === graph.nodes.length ? graph : { ...current, nodes };
  },
};

function isFoldable(graph: Graph, node: Node, kept: ReadonlySet<TensorIndex>): boolean {
  const operands = inputsOf(graph, node).filter((operand) => operand !== null);
  const { rewrites } = operatorOf(node);
  const isKnown = rewrites?.isKnown || operands.every(({ data }) => data !== undefined);
  return operands.length > 0 && isKnown && !node.outputs.some((index) => kept.has(index));
}

/** The node's outputs as constants. */
function folded(graph: Graph, node: Node, { rounding }: PassOptions): [TensorIndex, Tensor][] {
  const outputs = outputsOf(graph, node);
  const results = operatorOf(node).reference({
    attributes: node.attributes,
    inputs: inputsOf(graph, node).map((operand) => {
      if (operand === null) return null;
      const { type, data } = operand;
      // Without bytes only the type matters: isFoldable() says so.
      return { type, data: viewTensor(type.dtype, data ?? new Uint8Array()) };
    }),
    outputs: outputs.map(({ type }) => type),
    rounding,
  });
  return node.outputs.map((index, position) => {
    const data = bytesOf(must(results[position], "a folded value"));
    return [index, { ...must(outputs[position], "an output"), data }];
  });
}

/**
 * Removes nodes that give their input as it is: a reshape to the same shape, a requantisation to
 * the same scale, a transpose that turns nothing, a slice of everything, a concatenation of one.
 *
 * Readers then read the input itself. A graph output keeps its name and type: what makes the input
 * makes the output instead, where a node makes it and nobody is owed the input by its own name.
 */
import { dropUnusedTensors } from "../ir/drop-unused-tensors.ts";
import {
  type Graph,
  inputsOf,
  type Node,
  outputsOf,
  type TensorIndex,
  tensorAt,
} from "../ir/graph.ts";
import { sameType } from "../ir/types.ts";
import { operatorOf } from "../ops/registry.ts";
import { locate } from "../ops/verify-graph.ts";
import type { Pass } from "./pass.ts";
import { keptTensors, makersOf, renamed, rewired } from "./uses.ts";

export const dropIdentities: Pass = {
  name: "drop-identities",
  run: (graph) => {
    const kept = keptTensors(graph);
    const outputs = new Set(graph.outputs);
    const made = makersOf(graph.nodes);
    const names = new Map<TensorIndex, TensorIndex>();
    const dropped = new Set<Node>();
    for (const node of graph.nodes) {
      const [operand = null] = node.inputs;
      const [result] = node.outputs;
      if (operand === null || result === undefined || !isIdentity(graph, node)) continue;
      const source = renamed(names, operand);
      const isOwed = outputs.has(result) && made.has(source) && !kept.has(source);
      if (!kept.has(result)) names.set(result, source);
      else if (isOwed) names.set(source, result);
      else continue;
      dropped.add(node);
    }
    if (dropped.size === 0) return graph;
    const nodes = graph.nodes.filter((node) => !dropped.has(node));
    const left = nodes.map((node) => rewired(node, names));
    return dropUnusedTensors({ ...graph, nodes: left });
  },
};

function isIdentity(graph: Graph, node: Node): boolean {
  const [source = null] = node.inputs;
  const [result] = node.outputs;
  if (source === null || result === undefined || node.outputs.length > 1) return false;
  const [from, to] = [tensorAt(graph, source), tensorAt(graph, result)];
  if (from.data !== undefined || !sameType(from.type, to.type)) return false;
  const { attributes } = node;
  const operands = { inputs: inputsOf(graph, node), outputs: outputsOf(graph, node) };
  return locate({ model: graph.name, node: node.name, operator: node.op }, () => {
    return operatorOf(node).rewrites?.isIdentity?.({ attributes, ...operands }) ?? false;
  });
}

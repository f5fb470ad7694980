/**
 * Computes once what a graph computes twice: nodes of one operator with equal attributes, inputs
 * and output types give the same bytes, and equal constants are one (common subexpression
 * elimination by value numbers: Cocke 1970).
 *
 * A node that updates a state does more than give a value, and one that gives a graph output or a
 * state is owed under its own name: both stay. A shared value may live longer than two did.
 */
import { dropUnusedTensors } from "../ir/drop-unused-tensors.ts";
import { type Graph, type Node, type Tensor, type TensorIndex, tensorAt } from "../ir/graph.ts";
import { sameType } from "../ir/types.ts";
import { operatorOf } from "../ops/registry.ts";
import type { Pass } from "./pass.ts";
import { keptTensors, rewired } from "./uses.ts";

export const shareDuplicates: Pass = {
  name: "share-duplicates",
  run: (graph) => {
    const names = equalConstants(graph);
    const kept = keptTensors(graph);
    const seen = new Map<string, Node[]>();
    const nodes = graph.nodes.flatMap((original) => {
      const node = rewired(original, names);
      const isStateful = operatorOf(node).memory.updates !== undefined;
      if (isStateful) return [node];
      const key = JSON.stringify([node.op, node.inputs, sorted(node.attributes)]);
      const alike = seen.get(key) ?? [];
      const first = alike.find((other) => givesSameTypes(graph, other, node));
      if (first === undefined || node.outputs.some((tensor) => kept.has(tensor))) {
        seen.set(key, [...alike, node]);
        return [node];
      }
      for (const [position, tensor] of node.outputs.entries()) {
        names.set(tensor, first.outputs[position] ?? tensor);
      }
      return [];
    });
    return names.size > 0 ? dropUnusedTensors({ ...graph, nodes }) : graph;
  },
};

const sorted = (attributes: Node["attributes"]) =>
  Object.entries(attributes).sort(([a], [b]) => (a < b ? -1 : 1));

const givesSameTypes = (graph: Graph, a: Node, b: Node): boolean =>
  a.outputs.length === b.outputs.length &&
  a.outputs.every((tensor, position) => {
    const other = b.outputs[position];
    return other !== undefined && sameType(typeOf(graph, tensor), typeOf(graph, other));
  });

const typeOf = (graph: Graph, tensor: TensorIndex) => tensorAt(graph, tensor).type;

/** Constants that nodes read and an earlier one that is equal. */
function equalConstants(graph: Graph): Map<TensorIndex, TensorIndex> {
  const names = new Map<TensorIndex, TensorIndex>();
  const read = new Set(graph.nodes.flatMap(({ inputs }) => inputs));
  const seen = new Map<string, TensorIndex[]>();
  for (const [index, tensor] of graph.tensors.entries()) {
    if (tensor.data === undefined || !read.has(index)) continue;
    const key = JSON.stringify(tensor.type);
    const alike = seen.get(key) ?? [];
    const first = alike.find((other) => sameData(tensorAt(graph, other), tensor));
    if (first === undefined) seen.set(key, [...alike, index]);
    else names.set(index, first);
  }
  return names;
}

const sameData = ({ data: a }: Tensor, { data: b }: Tensor): boolean =>
  a !== undefined && b !== undefined && Buffer.compare(a, b) === 0;

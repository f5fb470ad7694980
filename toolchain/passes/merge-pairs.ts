/**
 * Makes one node of two of the same operator, one after the other, where the operator says how: a
 * reshape of a reshape, a transpose of a transpose. Two that cancel become an identity, which
 * drop-identities removes. Nobody else may read what is between them.
 */
import type { Graph, Node, TensorIndex } from "../ir/graph.ts";
import { operatorOf } from "../ops/registry.ts";
import type { Pass } from "./pass.ts";
import { keptTensors, readersOf } from "./uses.ts";

export const mergePairs: Pass = {
  name: "merge-pairs",
  run: (graph) => {
    const readers = readersOf(graph.nodes);
    const kept = keptTensors(graph);
    const makers = new Map<TensorIndex, Node>();
    const nodes = graph.nodes.map((node) => {
      const [operand = null] = node.inputs;
      const before = operand === null ? undefined : makers.get(operand);
      const isBetween =
        operand !== null && !kept.has(operand) && readers.get(operand)?.length === 1;
      const merged = before && isBetween ? merge(before, node) : node;
      for (const tensor of merged.outputs) makers.set(tensor, merged);
      return merged;
    });
    const isChanged = nodes.some((node, index) => node !== graph.nodes[index]);
    return isChanged ? ({ ...graph, nodes } satisfies Graph) : graph;
  },
};

function merge(before: Node, node: Node): Node {
  const after = operatorOf(node).rewrites?.after;
  if (after === undefined || before.op !== node.op) return node;
  const attributes = after(node.attributes, before.attributes);
  return { ...node, attributes, inputs: before.inputs };
}

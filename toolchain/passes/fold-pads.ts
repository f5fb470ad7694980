/**
 * Folds a PAD into the convolution it feeds: the padded tensor, often the largest of a model, is
 * then never made. Exact for int8, where a padded element is the zero point and its products are 0;
 * float graphs keep their PAD, since skipping a product could change the sign of a zero.
 */
import { must } from "../diagnostics/assert.ts";
import { type Graph, type Node, tensorAt } from "../ir/graph.ts";
import { operatorOf } from "../ops/registry.ts";
import type { Pass } from "./pass.ts";

export const foldPads: Pass = {
  name: "fold-pads",
  run: (graph) => {
    const nodes = graph.nodes.map((node) => absorbing(graph, node));
    const changed = nodes.some((node, index) => node !== graph.nodes[index]);
    // The PAD itself is dead now; drop-dead-nodes removes it.
    return changed ? { ...graph, nodes } : graph;
  },
};

/** The node with its producer's zeros as pads of its own, where that is possible. */
function absorbing(graph: Graph, node: Node): Node {
  const absorb = operatorOf(node).rewrites?.absorbPads;
  const [operand = null] = node.inputs;
  const producer = graph.nodes.find(({ outputs }) => operand !== null && outputs.includes(operand));
  if (absorb === undefined || producer === undefined) return node;
  const pads = operatorOf(producer).rewrites?.zeroPads?.(producer.attributes) ?? null;
  const source = must(producer.inputs[0], "the padded tensor");
  if (pads === null || tensorAt(graph, source).type.dtype !== "int8") return node;
  return {
    ...node,
    attributes: absorb(node.attributes, pads),
    inputs: [source, ...node.inputs.slice(1)],
  };
}

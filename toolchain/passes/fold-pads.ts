/**
 * Folds a PAD into the operators that it feeds: the padded tensor, often the largest of a model, is
 * then never made. Where all readers of the padded tensor can take the zeros as pads of their own.
 *
 * A padded element of a quantised tensor is the zero point, its products are 0. In float32 its
 * products are zeros of either sign, and adding one changes no sum: sums begin at +0, and one that
 * began so is never -0. Operators say so themselves (absorbPads), and what they need for it: finite
 * weights, or that no element is less than the zero point. An average counts its zeros: never.
 */
import { must } from "../diagnostics/assert.ts";
import { type Graph, inputsOf, type Node, outputsOf, tensorAt } from "../ir/graph.ts";
import { sameQuantization } from "../ir/types.ts";
import { operatorOf } from "../ops/registry.ts";
import type { Pass } from "./pass.ts";
import { keptTensors, readersOf } from "./uses.ts";

export const foldPads: Pass = {
  name: "fold-pads",
  run: (graph) => {
    const readers = readersOf(graph.nodes);
    const kept = keptTensors(graph);
    const folded = new Map<Node, Node>();
    for (const node of graph.nodes) {
      const [padded] = node.outputs;
      if (padded === undefined || kept.has(padded)) continue;
      const pads = padsOf(graph, node);
      if (pads === null) continue;
      const fed = readers.get(padded) ?? [];
      const source = must(node.inputs[0], "the padded tensor");
      const absorbing = fed.map((reader) => withPads(graph, reader, padded, source, pads));
      if (absorbing.includes(null)) continue;
      for (const [index, reader] of fed.entries()) {
        folded.set(reader, must(absorbing[index], "a reader with pads"));
      }
    }
    // The PAD itself is dead now; drop-dead-nodes removes it.
    const nodes = graph.nodes.map((node) => folded.get(node) ?? node);
    return folded.size > 0 ? { ...graph, nodes } : graph;
  },
};

const contextOf = (graph: Graph, node: Node) => {
  const { attributes } = node;
  return { attributes, inputs: inputsOf(graph, node), outputs: outputsOf(graph, node) };
};

/** The zeros that a node adds around an image, if that is all it does. */
function padsOf(graph: Graph, node: Node): readonly number[] | null {
  const pads = operatorOf(node).rewrites?.zeroPads?.(contextOf(graph, node)) ?? null;
  const [source = null] = node.inputs;
  const [result] = node.outputs;
  if (pads === null || source === null || result === undefined) return null;
  const [from, to] = [tensorAt(graph, source), tensorAt(graph, result)];
  return sameQuantization(from.type, to.type) ? pads : null;
}

/** The node reading what was padded, with the zeros as its own; null where that is not the same. */
function withPads(
  graph: Graph,
  node: Node,
  padded: number,
  source: number,
  pads: readonly number[],
): Node | null {
  const [first, ...others] = node.inputs;
  if (first !== padded || others.includes(padded)) return null;
  const attributes = operatorOf(node).rewrites?.absorbPads?.(contextOf(graph, node), pads) ?? null;
  return attributes && { ...node, attributes, inputs: [source, ...others] };
}

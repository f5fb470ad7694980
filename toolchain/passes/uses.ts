/**
 * Who makes and who reads each tensor of a graph, and the renaming of tensors that passes have in
 * common.
 */
import { type Graph, type Node, statesOf, type TensorIndex } from "../ir/graph.ts";

/** Tensors whose names and bytes the graph owes to its caller: outputs, and states in the next. */
export const keptTensors = (graph: Graph): ReadonlySet<TensorIndex> =>
  new Set([...graph.outputs, ...statesOf(graph).map(({ after }) => after)]);

/** The nodes that read each tensor; one that reads it twice stands there twice. */
export function readersOf(nodes: readonly Node[]): ReadonlyMap<TensorIndex, readonly Node[]> {
  const readers = new Map<TensorIndex, Node[]>();
  for (const node of nodes) {
    for (const tensor of node.inputs) {
      if (tensor === null) continue;
      const known = readers.get(tensor);
      if (known) known.push(node);
      else readers.set(tensor, [node]);
    }
  }
  return readers;
}

/** The node that makes each tensor. */
export const makersOf = (nodes: readonly Node[]): ReadonlyMap<TensorIndex, Node> =>
  new Map(nodes.flatMap((node) => node.outputs.map((tensor) => [tensor, node] as const)));

/** What a tensor is called now, after any number of renamings of renamings. */
export function renamed(
  names: ReadonlyMap<TensorIndex, TensorIndex>,
  tensor: TensorIndex,
): TensorIndex {
  let current = tensor;
  for (let next = names.get(current); next !== undefined; next = names.get(current)) current = next;
  return current;
}

/** The node with all of its tensors under their new names. */
export function rewired(node: Node, names: ReadonlyMap<TensorIndex, TensorIndex>): Node {
  return {
    ...node,
    inputs: node.inputs.map((tensor) => (tensor === null ? null : renamed(names, tensor))),
    outputs: node.outputs.map((tensor) => renamed(names, tensor)),
  };
}

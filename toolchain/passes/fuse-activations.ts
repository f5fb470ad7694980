/**
 * Fuses a clamp (relu and its kin) into the operator before it, whose own last act is one: the
 * tensor between them, and a kernel that only reads and writes, are then no more.
 *
 * Exact where both tensors have one type. Requantising to the same scale moves no integer, so that
 * the clamp alone remains, and two clamps are one; in float32 it never was more than a clamp. Only
 * the clamp may need the tensor between them.
 */
import { dropUnusedTensors } from "../ir/drop-unused-tensors.ts";
import { type Graph, type Node, type TensorIndex, tensorAt } from "../ir/graph.ts";
import { sameType } from "../ir/types.ts";
import { operatorOf } from "../ops/registry.ts";
import type { Pass } from "./pass.ts";
import { keptTensors, makersOf, readersOf } from "./uses.ts";

export const fuseActivations: Pass = {
  name: "fuse-activations",
  run: (graph) => {
    const readers = readersOf(graph.nodes);
    const kept = keptTensors(graph);
    const makers = new Map(makersOf(graph.nodes));
    const places = new Map(graph.nodes.map((node, index) => [node.name, index]));
    const nodes: (Node | null)[] = [...graph.nodes];
    for (const [index, node] of graph.nodes.entries()) {
      const [between = null] = node.inputs;
      const maker = between === null ? undefined : makers.get(between);
      if (maker === undefined || between === null || kept.has(between)) continue;
      const fused = readers.get(between)?.length === 1 ? fuse(graph, maker, node, between) : null;
      if (fused === null) continue;
      nodes[places.get(maker.name) ?? index] = fused;
      nodes[index] = null;
      for (const tensor of fused.outputs) makers.set(tensor, fused);
    }
    const left = nodes.filter((node) => node !== null);
    const isChanged = left.length < graph.nodes.length;
    return isChanged ? dropUnusedTensors({ ...graph, nodes: left }) : graph;
  },
};

/** The maker of a tensor with the clamp behind it; null where the two are not one. */
function fuse(graph: Graph, maker: Node, clamp: Node, between: TensorIndex): Node | null {
  const range = operatorOf(clamp).rewrites?.clamps?.(clamp.attributes);
  const [result, ...others] = clamp.outputs;
  if (range === undefined || result === undefined || others.length > 0) return null;
  const [from, to] = [tensorAt(graph, between), tensorAt(graph, result)];
  if (!sameType(from.type, to.type) || maker.outputs.length > 1) return null;
  const attributes = operatorOf(maker).rewrites?.absorbClamp?.(maker.attributes, range) ?? null;
  return attributes && { ...maker, attributes, outputs: [result] };
}

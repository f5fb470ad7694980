/**
 * Removes nodes none of whose results anybody needs, this predict or the next, and the tensors that
 * nobody refers to.
 */

import { dropUnusedTensors } from "../ir/drop-unused-tensors.ts";
import type { Node } from "../ir/graph.ts";
import type { Pass } from "./pass.ts";
import { keptTensors } from "./uses.ts";

export const dropDeadNodes: Pass = {
  name: "drop-dead-nodes",
  run: (graph) => {
    const needed = new Set<number | null>(keptTensors(graph));
    const kept: Node[] = [];
    // Backwards: who needs a node's results stands after it.
    for (const node of graph.nodes.toReversed()) {
      if (!node.outputs.some((index) => needed.has(index))) continue;
      for (const index of node.inputs) needed.add(index);
      kept.push(node);
    }
    const swept = dropUnusedTensors({ ...graph, nodes: kept.reverse() });
    const isSame =
      swept.nodes.length === graph.nodes.length && swept.tensors.length === graph.tensors.length;
    return isSame ? graph : swept;
  },
};

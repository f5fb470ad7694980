/**
 * The planner's first stage: puts the nodes of a graph into the order that needs the least memory,
 * with the kernel form at each step that needs the least. Where no order needs less than the
 * graph's own, the graph stays as it is.
 *
 * Tensors share bytes as lifetimes.ts lets them in the graph's own order, and "proven" speaks of
 * these runs; the new order is taken only if it needs less with the runs that it gets itself.
 */
import { must } from "../../diagnostics/assert.ts";
import type { Graph } from "../../ir/graph.ts";
import type { FormOptions } from "../arrangement.ts";
import type { OrderReport } from "../types.ts";
import { problemOf } from "./graph-problem.ts";
import { leastOrder } from "./order.ts";
import { largestNeed } from "./order-problem.ts";

export interface Scheduled {
  readonly graph: Graph;
  readonly order: OrderReport;
}

export function schedule(graph: Graph, options: FormOptions): Scheduled {
  const { order, definitionBytes, peakBytes, ...found } = leastOrder(problemOf(graph, options));
  const lowerBoundBytes = Math.min(found.lowerBoundBytes, definitionBytes);
  const kept = {
    graph,
    order: {
      definitionBytes,
      plannedBytes: definitionBytes,
      lowerBoundBytes,
      proven: lowerBoundBytes === definitionBytes,
    },
  };
  if (peakBytes >= definitionBytes) return kept;
  const nodes = order.map((index) => must(graph.nodes[index], "a node"));
  const permuted = { ...graph, nodes };
  const plannedBytes = largestNeed(problemOf(permuted, options), [...order.keys()]);
  if (plannedBytes >= definitionBytes) return kept;
  const proven = plannedBytes <= lowerBoundBytes;
  const bound = Math.min(lowerBoundBytes, plannedBytes);
  return {
    graph: permuted,
    order: { definitionBytes, plannedBytes, lowerBoundBytes: bound, proven },
  };
}

/**
 * Which bytes are alive when: the tensors of a graph as byte runs with first and last step.
 *
 * A graph input is alive before step 0 and may be overwritten after its last use; a graph output
 * stays to the end; everything else lives from the step that writes it to the last that reads it.
 * Tensors that share bytes (joins.ts: reshapes, states, views) are one run, alive as long as any of
 * them, and a state's at every step, since it lasts from one predict to the next. Constants stay in
 * the weights section and have none.
 */
import { must } from "../diagnostics/assert.ts";
import { type Graph, statesOf, type TensorIndex, tensorAt } from "../ir/graph.ts";
import { byteLength, dtypes } from "../ir/types.ts";
import { type Intervals, joinsOf, runIntervals } from "./joins.ts";
import type { RowWindow } from "./types.ts";

/** A byte run to be placed, and the interval of steps (both ends included) in which it is alive. */
export interface Lifetime {
  readonly name: string;
  readonly tensors: readonly TensorIndex[];
  /** Where each of `tensors` begins inside the run; left out: each is all of it. */
  readonly begins?: readonly number[];
  readonly bytes: number;
  readonly alignment: number;
  readonly firstStep: number;
  readonly lastStep: number;
  /** Holds a state: bytes that outlive the predict. */
  readonly isState?: boolean;
  /** Only the newest rows of its one tensor are kept (plan/segments/). */
  readonly window?: RowWindow;
}

export function lifetimes(graph: Graph): Lifetime[] {
  const intervals = tensorIntervals(graph);
  const joins = joinsOf(graph, intervals);
  const members = new Map<TensorIndex, TensorIndex[]>();
  for (const [tensor, { root }] of joins.entries()) {
    members.set(root, [...(members.get(root) ?? []), tensor]);
  }
  const states = new Set(statesOf(graph).map(({ before }) => before));
  return [...runIntervals(intervals, joins)].map(([root, { first, last }]) => {
    const { name, type } = tensorAt(graph, root);
    const tensors = must(members.get(root), "tensors of a run");
    const begins = tensors.map((tensor) => must(joins[tensor], "join of a tensor").beginBytes);
    const hasParts = tensors.some((tensor) => bytesOf(graph, tensor) < bytesOf(graph, root));
    return {
      name,
      tensors,
      ...(hasParts && { begins }),
      bytes: bytesOf(graph, root),
      alignment: dtypes[type.dtype].bytes,
      firstStep: first,
      lastStep: last,
      ...(states.has(root) && { isState: true }),
    };
  });
}

const bytesOf = (graph: Graph, tensor: TensorIndex) => byteLength(tensorAt(graph, tensor).type);

/** When each tensor is needed that has bytes in memory. */
function tensorIntervals(graph: Graph): Intervals {
  const lastStep = Math.max(0, graph.nodes.length - 1);
  const intervals = new Map<TensorIndex, { first: number; last: number }>();
  const touch = (tensor: TensorIndex, step: number) => {
    if (tensorAt(graph, tensor).data !== undefined) return;
    const { first } = intervals.get(tensor) ?? { first: step };
    intervals.set(tensor, { first, last: step });
  };
  for (const tensor of graph.inputs) touch(tensor, 0);
  graph.nodes.forEach((node, step) => {
    for (const tensor of node.inputs) if (tensor !== null) touch(tensor, step);
    for (const tensor of node.outputs) touch(tensor, step);
  });
  for (const tensor of graph.outputs) touch(tensor, lastStep);
  for (const { before } of statesOf(graph)) intervals.set(before, { first: 0, last: lastStep });
  return intervals;
}

/** Bytes alive at each step. */
export function liveBytes(runs: readonly Lifetime[], steps: number): number[] {
  return Array.from({ length: Math.max(1, steps) }, (_, step) =>
    runs
      .filter(({ firstStep, lastStep }) => firstStep <= step && step <= lastStep)
      .reduce((sum, { bytes }) => sum + bytes, 0),
  );
}

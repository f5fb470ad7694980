/**
 * Which bytes are alive when: the tensors of a graph as byte runs with first and last step.
 *
 * A graph input is alive before step 0 and may be overwritten after its last use; a graph output
 * stays to the end; everything else lives from the step that writes it to the last that reads it.
 * An operator whose output is its input's bytes under another shape (reshape) adds no bytes: both
 * tensors are one run. A state and what it becomes are one run too, alive at every step, since it
 * lasts from one predict to the next. Constants stay in the weights section and have none.
 */
import { must } from "../diagnostics/assert.ts";
import { Diagnostic } from "../diagnostics/diagnostic.ts";
import { type Graph, statesOf, type TensorIndex, tensorAt } from "../ir/graph.ts";
import { byteLength, dtypes } from "../ir/types.ts";
import { operatorOf } from "../ops/registry.ts";
import type { RowWindow } from "./types.ts";

/** A byte run to be placed, and the interval of steps (both ends included) in which it is alive. */
export interface Lifetime {
  readonly name: string;
  readonly tensors: readonly TensorIndex[];
  /** Where each of `tensors` begins inside the run; left out: all at its start. */
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
  const roots = aliasRoots(graph);
  const lastStep = Math.max(0, graph.nodes.length - 1);
  const intervals = new Map<TensorIndex, { first: number; last: number }>();
  const touch = (tensor: TensorIndex, step: number) => {
    if (tensorAt(graph, tensor).data !== undefined) return;
    const root = must(roots[tensor], "root of a tensor");
    const interval = intervals.get(root) ?? { first: step, last: step };
    interval.last = Math.max(interval.last, step);
    intervals.set(root, interval);
  };
  for (const tensor of graph.inputs) touch(tensor, 0);
  graph.nodes.forEach((node, step) => {
    for (const tensor of node.inputs) if (tensor !== null) touch(tensor, step);
    for (const tensor of node.outputs) touch(tensor, step);
  });
  for (const tensor of graph.outputs) touch(tensor, lastStep);
  const states = new Set(statesOf(graph).map(({ before }) => before));
  for (const tensor of states) intervals.set(tensor, { first: 0, last: lastStep });
  return [...intervals].map(([root, { first, last }]) => {
    const { name, type } = tensorAt(graph, root);
    const tensors = graph.tensors.flatMap((_, index) => (roots[index] === root ? [index] : []));
    const alignment = dtypes[type.dtype].bytes;
    const run = { name, tensors, bytes: byteLength(type), alignment };
    const isState = states.has(root);
    return { ...run, firstStep: first, lastStep: last, ...(isState && { isState }) };
  });
}

/** For each tensor the tensor whose bytes it shares; itself when it has bytes of its own. */
function aliasRoots(graph: Graph): TensorIndex[] {
  const roots = graph.tensors.map((_, index) => index);
  for (const { before, after } of statesOf(graph)) roots[after] = before;
  for (const node of graph.nodes) {
    const { aliasOfInput } = operatorOf(node).memory;
    if (aliasOfInput === undefined) continue;
    const source = must(node.inputs[aliasOfInput], `aliased operand of ${node.name}`);
    const output = must(node.outputs[0], `output of ${node.name}`);
    if (tensorAt(graph, source).data !== undefined) {
      const message = `node '${node.name}' renames a constant, which has no bytes in memory`;
      const next = ["fold the constant before building: export the model again"];
      throw new Diagnostic("EF2003", { message, where: { node: node.name }, next });
    }
    roots[output] = must(roots[source], "root of an operand");
  }
  return roots;
}

/** Bytes alive at each step. */
export function liveBytes(runs: readonly Lifetime[], steps: number): number[] {
  return Array.from({ length: Math.max(1, steps) }, (_, step) =>
    runs
      .filter(({ firstStep, lastStep }) => firstStep <= step && step <= lastStep)
      .reduce((sum, { bytes }) => sum + bytes, 0),
  );
}

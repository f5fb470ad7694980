/**
 * Views: operands that are a run of contiguous bytes of another one (ops/op.ts, View), and where
 * tensors lie in the byte runs that they share.
 *
 * A node all of whose views hold in a placement has nothing to do there: its output's bytes are its
 * input's. This is the only statement of which nodes run no kernel; lifetimes.ts decides it by how
 * it joins tensors to runs.
 */
import { must } from "../diagnostics/assert.ts";
import { type Graph, inputsOf, type Node, outputsOf, type TensorIndex } from "../ir/graph.ts";
import type { View } from "../ops/op.ts";
import { operatorOf } from "../ops/registry.ts";
import { locate } from "../ops/verify-graph.ts";
import type { RowWindow } from "./types.ts";

/** Tensors in one byte run; both lifetimes and placed buffers are such. */
export interface SharedRun {
  readonly tensors: readonly TensorIndex[];
  /** Where each of `tensors` begins inside the run; left out: each is all of it. */
  readonly begins?: readonly number[];
  /** Only some rows of its tensor are in it: the tensor does not lie there. */
  readonly window?: RowWindow;
}

/** Where a tensor lies. */
export interface Spot {
  /** Index of its run. */
  readonly run: number;
  readonly begin: number;
}

/** The views that would make a node need no kernel; null: it always needs one. */
export function viewsOf(graph: Graph, node: Node): readonly View[] | null {
  const { aliasOfInput, views } = operatorOf(node).memory;
  if (aliasOfInput !== undefined) {
    return [{ input: aliasOfInput, output: 0, inside: "output", atBytes: 0 }];
  }
  const { attributes } = node;
  return locate({ model: graph.name, node: node.name, operator: node.op }, () => {
    const [inputs, outputs] = [inputsOf(graph, node), outputsOf(graph, node)];
    return views?.({ attributes, inputs, outputs }) ?? null;
  });
}

/** A view between tensors: which one is the run, and which one it is in. */
export function endsOf(node: Node, { input, output, inside }: View) {
  const source = must(node.inputs[input], `viewed operand of ${node.name}`);
  const result = must(node.outputs[output], `output of ${node.name}`);
  return inside === "input" ? { inner: source, outer: result } : { inner: result, outer: source };
}

/** Runs are immutable, and the planner asks for the spots of the same ones at every step. */
const known = new WeakMap<readonly SharedRun[], ReadonlyMap<TensorIndex, Spot>>();

/** Where each tensor lies that has bytes in memory. */
export function spotsOf(runs: readonly SharedRun[]): ReadonlyMap<TensorIndex, Spot> {
  const found = known.get(runs);
  if (found !== undefined) return found;
  const spots = new Map(
    runs.flatMap(({ tensors, begins, window }, run) =>
      (window === undefined ? tensors : []).map(
        (tensor, index) => [tensor, { run, begin: begins?.[index] ?? 0 }] as const,
      ),
    ),
  );
  known.set(runs, spots);
  return spots;
}

/** Whether a node only gives bytes another name where its tensors lie in these runs. */
export function runsNothing(graph: Graph, node: Node, runs: readonly SharedRun[]): boolean {
  const spots = spotsOf(runs);
  const views = viewsOf(graph, node);
  const holds = (view: View) => {
    const { inner, outer } = endsOf(node, view);
    const [from, to] = [spots.get(inner), spots.get(outer)];
    if (from === undefined || to === undefined) return false;
    return from.run === to.run && from.begin === to.begin + view.atBytes;
  };
  return views?.every(holds) ?? false;
}

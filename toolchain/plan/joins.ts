/**
 * Which tensors share bytes: each tensor's place inside the tensor whose bytes it lies in.
 *
 * Renames (reshape) and states always share. A view shares where it can, node by node in order, and
 * where the bytes alive at the worst step do not become more: a view of a small slice keeps the
 * whole source alive, and a part of a concatenation claims all of the result's bytes early. Inside
 * a run nothing is ever overwritten, so every part stays what it is until the whole run dies.
 */
import { must } from "../diagnostics/assert.ts";
import { Diagnostic } from "../diagnostics/diagnostic.ts";
import { type Graph, type Node, statesOf, type TensorIndex, tensorAt } from "../ir/graph.ts";
import { byteLength } from "../ir/types.ts";
import { operatorOf } from "../ops/registry.ts";
import { endsOf, viewsOf } from "./views.ts";

/** Where a tensor lies: `beginBytes` into the bytes of the tensor `root`. */
export interface Join {
  readonly root: TensorIndex;
  readonly beginBytes: number;
}

/** joins[tensor]; a tensor with bytes of its own is its own root. */
export type Joins = readonly Join[];

/** Steps in which a tensor or a run is alive, both ends included. */
export interface Interval {
  readonly first: number;
  readonly last: number;
}

export type Intervals = ReadonlyMap<TensorIndex, Interval>;

/** The joins that a graph in this order is planned with. */
export function joinsOf(graph: Graph, intervals: Intervals): Joins {
  const states = new Set(statesOf(graph).flatMap(({ before, after }) => [before, after]));
  let joins = fixedJoins(graph);
  let worst = worstStep(graph, intervals, joins);
  for (const node of graph.nodes) {
    const { aliasOfInput, views } = operatorOf(node).memory;
    if (aliasOfInput !== undefined || views === undefined) continue;
    const joined = withViews(graph, node, joins, states);
    if (joined === null) continue;
    const next = worstStep(graph, intervals, joined);
    if (next.aliveBytes > worst.aliveBytes || next.neededBytes > worst.neededBytes) continue;
    [joins, worst] = [joined, next];
  }
  return joins;
}

/** Those that are no choice: a state and what it becomes, and bytes under another shape. */
function fixedJoins(graph: Graph): Joins {
  const joins: Join[] = graph.tensors.map((_, root) => ({ root, beginBytes: 0 }));
  for (const { before, after } of statesOf(graph)) joins[after] = { root: before, beginBytes: 0 };
  for (const node of graph.nodes) {
    if (operatorOf(node).memory.aliasOfInput === undefined) continue;
    for (const view of viewsOf(graph, node) ?? []) {
      const { inner, outer } = endsOf(node, view);
      refuseConstant(graph, node, outer);
      joins[inner] = must(joins[outer], "join of an operand");
    }
  }
  return joins;
}

function refuseConstant(graph: Graph, { name }: Node, source: TensorIndex): void {
  if (tensorAt(graph, source).data === undefined) return;
  const message = `node '${name}' renames a constant, which has no bytes in memory`;
  const next = ["fold the constant before building: export the model again"];
  throw new Diagnostic("EF2003", { message, where: { node: name }, next });
}

/** The joins with all views of a node; null where one of them cannot be. */
function withViews(
  graph: Graph,
  node: Node,
  joins: Joins,
  states: ReadonlySet<TensorIndex>,
): Joins | null {
  let joined: Joins | null = joins;
  for (const view of viewsOf(graph, node) ?? []) {
    const { inner, outer } = endsOf(node, view);
    const hasBytes = [inner, outer].every((tensor) => {
      return tensorAt(graph, tensor).data === undefined && !isState(joins, states, tensor);
    });
    if (!hasBytes) return null;
    joined = withView(graph, joined, { inner, outer, atBytes: view.atBytes });
    if (joined === null) return null;
  }
  return joined === joins ? null : joined;
}

/** A state's bytes change while views of them may still be needed. */
function isState(joins: Joins, states: ReadonlySet<TensorIndex>, tensor: TensorIndex): boolean {
  return states.has(must(joins[tensor], "a join").root);
}

interface WantedView {
  readonly inner: TensorIndex;
  readonly outer: TensorIndex;
  readonly atBytes: number;
}

/** The joins with one tensor inside another; null when it has a place already, and not this. */
function withView(graph: Graph, joins: Joins, { inner, outer, atBytes }: WantedView): Joins | null {
  const [own, other] = [must(joins[inner], "a join"), must(joins[outer], "a join")];
  const beginBytes = other.beginBytes + atBytes;
  if (own.root === other.root) return own.beginBytes === beginBytes ? joins : null;
  const isWholeRun = bytesOf(graph, own.root) === bytesOf(graph, inner);
  if (!isWholeRun) return null;
  return joins.map((join) =>
    join.root === own.root ? { root: other.root, beginBytes: beginBytes + join.beginBytes } : join,
  );
}

const bytesOf = (graph: Graph, tensor: TensorIndex) => byteLength(tensorAt(graph, tensor).type);

/** When each run is alive: as long as any of its tensors is. By root, in the order of tensors. */
export function runIntervals(intervals: Intervals, joins: Joins): Map<TensorIndex, Interval> {
  const runs = new Map<TensorIndex, Interval>();
  for (const [tensor, { first, last }] of intervals) {
    const { root } = must(joins[tensor], "join of a tensor");
    const run = runs.get(root) ?? { first, last };
    runs.set(root, { first: Math.min(run.first, first), last: Math.max(run.last, last) });
  }
  return runs;
}

interface Worst {
  /** The most bytes alive at one step. */
  readonly aliveBytes: number;
  /** The same if what a step makes could lie on what it is the last to read. */
  readonly neededBytes: number;
}

function worstStep(graph: Graph, intervals: Intervals, joins: Joins): Worst {
  const steps = Math.max(1, graph.nodes.length);
  const rootOf = (tensor: TensorIndex) => must(joins[tensor], "join of a tensor").root;
  const given = new Set([...graph.inputs, ...statesOf(graph).map(({ before }) => before)]);
  const kept = new Set(graph.outputs.map(rootOf));
  const sums = { begins: 0, ends: 0, made: 0, dies: 0 };
  const at = Array.from({ length: steps }, () => ({ ...sums }));
  for (const [root, { first, last }] of runIntervals(intervals, joins)) {
    const bytes = bytesOf(graph, root);
    const [begin, end] = [must(at[first], "a first step"), must(at[last], "a last step")];
    begin.begins += bytes;
    end.ends += bytes;
    if (!given.has(root)) begin.made += bytes;
    if (!kept.has(root)) end.dies += bytes;
  }
  let [alive, aliveBytes, neededBytes] = [0, 0, 0];
  for (const { begins, ends, made, dies } of at) {
    alive += begins;
    aliveBytes = Math.max(aliveBytes, alive);
    neededBytes = Math.max(neededBytes, alive - Math.min(made, dies));
    alive -= ends;
  }
  return { aliveBytes, neededBytes };
}

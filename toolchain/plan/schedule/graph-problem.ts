/**
 * The order problem of a graph: its nodes, the byte runs that lifetimes.ts gives it in its present
 * order, and for every node the least that one of its kernel forms needs beside them.
 *
 * A state's new value is written over the old one. So whatever stands ahead of the node that makes
 * it and touches those bytes stays ahead of it.
 */
import { must } from "../../diagnostics/assert.ts";
import { type Graph, type Node, statesOf, type TensorIndex } from "../../ir/graph.ts";
import { type FormOptions, formsFor } from "../arrangement.ts";
import { scratchBytes } from "../choose-forms.ts";
import { type Lifetime, lifetimes } from "../lifetimes.ts";
import { possibleOverlaps, savedBytes } from "../overlaps.ts";
import { runsNothing, spotsOf } from "../views.ts";
import type { Buffer, Operator, OrderProblem } from "./order-problem.ts";

/** Bits of an integer that are a number without a sign. */
const DYING_INPUTS_MAX = 31;

export function problemOf(graph: Graph, options: FormOptions): OrderProblem {
  const runs = lifetimes(graph);
  const touches = graph.nodes.map((node) => runsOf(runs, [...node.inputs, ...node.outputs]));
  const users = runs.map((): number[] => []);
  touches.forEach((touched, index) => {
    for (const run of touched) users[run]?.push(index);
  });
  const [inputs, outputs] = [new Set(graph.inputs), new Set(graph.outputs)];
  const buffers = runs.map(({ bytes, tensors, isState = false }, run): Buffer => {
    const toEnd = isState || tensors.some((tensor) => outputs.has(tensor));
    const given = isState || tensors.some((tensor) => inputs.has(tensor));
    const own = must(users[run], "users of a run");
    return { bytes, users: own, fromStart: given && (toEnd || own.length > 0), toEnd };
  });
  const idle = buffers.filter(({ users: own, toEnd }) => own.length === 0 && !toEnd);
  const after = predecessors(graph, touches);
  const operators = graph.nodes.map((node, index): Operator => {
    const base = { after: must(after[index], "predecessors"), touches: touches[index] ?? [] };
    const forms = runsNothing(graph, node, runs) ? [] : formsFor(graph, node, options);
    const ways = forms.map((form) => {
      const pairs = possibleOverlaps(graph, runs, node, form).filter(({ output }) =>
        isAlwaysFirst(graph, runs, must(users[output], "users of a run")),
      );
      return { scratch: scratchBytes(form), pairs };
    });
    const shared = ways.flatMap(({ pairs }) => pairs.map(({ input }) => input));
    const dyingInputs = [...new Set(shared)].slice(0, DYING_INPUTS_MAX);
    const extraBytes = remembered((dying) => {
      const ends = new Set(dyingInputs.filter((_, bit) => (dying >>> bit) & 1));
      const extra = ways.map(({ scratch, pairs }) => {
        return (
          scratch -
          savedBytes(
            runs,
            pairs.filter(({ input }) => ends.has(input)),
          )
        );
      });
      return extra.length === 0 ? 0 : extra.reduce((least, bytes) => Math.min(least, bytes));
    });
    return { ...base, dyingInputs, extraBytes };
  });
  return { operators, buffers, idleBytes: idle.reduce((sum, { bytes }) => sum + bytes, 0) };
}

/** The runs that tensors lie in, each once. */
function runsOf(runs: readonly Lifetime[], tensors: readonly (TensorIndex | null)[]): number[] {
  const spots = spotsOf(runs);
  const found = tensors.map((tensor) => (tensor === null ? undefined : spots.get(tensor)?.run));
  return [...new Set(found.filter((run) => run !== undefined))];
}

/** Whether one node begins a run in every order: all others read from it. */
function isAlwaysFirst(graph: Graph, runs: readonly Lifetime[], users: readonly number[]): boolean {
  const spots = spotsOf(runs);
  const runOf = (tensor: TensorIndex | null | undefined) =>
    tensor === null || tensor === undefined ? undefined : spots.get(tensor)?.run;
  const [first, ...others] = users.map((user) => must(graph.nodes[user], "a node"));
  const run = runOf(first?.outputs.find((tensor) => runOf(tensor) !== undefined));
  return others.every(({ inputs }) => inputs.some((tensor) => runOf(tensor) === run));
}

const remembered = (compute: (dying: number) => number): ((dying: number) => number) => {
  const known = new Map<number, number>();
  return (dying) => {
    const value = known.get(dying) ?? compute(dying);
    known.set(dying, value);
    return value;
  };
};

/** Nodes that each node must follow: those that make what it reads, and readers of old states. */
function predecessors(graph: Graph, touches: readonly (readonly number[])[]): number[][] {
  const maker = new Map<TensorIndex, number>();
  graph.nodes.forEach(({ outputs }, index) => {
    for (const tensor of outputs) maker.set(tensor, index);
  });
  const makersOf = ({ inputs }: Node) =>
    inputs.flatMap((tensor) => (tensor === null ? [] : (maker.get(tensor) ?? [])));
  const after = graph.nodes.map((node) => new Set(makersOf(node)));
  const spots = spotsOf(lifetimes(graph));
  for (const { before, after: next } of statesOf(graph)) {
    const made = must(maker.get(next), "the node that makes a state");
    const run = must(spots.get(before), "place of a state").run;
    touches.slice(0, made).forEach((touched, index) => {
      if (touched.includes(run)) after[made]?.add(index);
    });
  }
  return after.map((own) => [...own].sort((a, b) => a - b));
}

/**
 * Which byte runs of a plan may lie on one another: an output on an input that dies at its step, as
 * far as the step's kernel form allows (toolchain/ops/op.ts, Overlap).
 *
 * Each allowed pair is a constraint between two offsets. Pairs are independent: every one keeps all
 * bytes of its own input until they are read, wherever the others lie.
 */
import { must } from "../diagnostics/assert.ts";
import type { Graph, Node, TensorIndex } from "../ir/graph.ts";
import type { KernelForm, Overlap } from "../ops/op.ts";
import type { Lifetime } from "./lifetimes.ts";
import { spotsOf } from "./views.ts";

export interface AllowedOverlap extends Pick<Overlap, "kind" | "distanceBytes"> {
  /** Indices of byte runs. */
  readonly input: number;
  readonly output: number;
}

/** The pairs that one step with this form allows. */
export function overlapsOf(
  graph: Graph,
  runs: readonly Lifetime[],
  step: number,
  form: KernelForm | null,
): AllowedOverlap[] {
  const node = must(graph.nodes[step], "node of a step");
  return possibleOverlaps(graph, runs, node, form).filter(({ input, output }) => {
    return runs[input]?.lastStep === step && runs[output]?.firstStep === step;
  });
}

/**
 * The pairs that this form of a node allows where the input dies and the output is born. Operands
 * may be parts of runs: an overlap then holds between the runs, as far apart as their parts' places
 * say. It needs to be the only operand of the node in its run, since the run's other bytes are
 * given up with it.
 */
export function possibleOverlaps(
  graph: Graph,
  runs: readonly Lifetime[],
  node: Node,
  form: KernelForm | null,
): AllowedOverlap[] {
  const spots = spotsOf(runs);
  const isAlone = (tensor: TensorIndex, operands: readonly (TensorIndex | null)[]) =>
    operands.every((other) => {
      const isOther = other !== null && other !== tensor;
      return !isOther || spots.get(other)?.run !== spots.get(tensor)?.run;
    });
  return (form?.overlaps ?? []).flatMap(({ kind, ...overlap }) => {
    const source = must(node.inputs[overlap.input], "input of an overlap");
    const result = must(node.outputs[overlap.output], "output of an overlap");
    const [{ run: input, begin: from }, { run: output, begin: to }] = [
      must(spots.get(source), "place of an input"),
      must(spots.get(result), "place of an output"),
    ];
    const [dying, born] = [must(runs[input], "input run"), must(runs[output], "output run")];
    const isNeeded = dying.tensors.some((tensor) => graph.outputs.includes(tensor));
    // The caller of predict() writes graph inputs before any step.
    const isGiven = born.tensors.some((tensor) => graph.inputs.includes(tensor));
    const isKept = dying.isState || born.isState || input === output;
    const areAlone = isAlone(source, node.inputs) && isAlone(result, node.outputs);
    if (isNeeded || isGiven || isKept || !areAlone) return [];
    return [{ kind, distanceBytes: overlap.distanceBytes + to - from, input, output }];
  });
}

type Sized = Pick<Lifetime, "bytes">;

/** Bytes that both runs of a pair can share at best. */
function sharedBytes(runs: readonly Sized[], pair: AllowedOverlap): number {
  const input = must(runs[pair.input], "input run").bytes;
  const output = must(runs[pair.output], "output run").bytes;
  // The output ends this much above the input's start when it lies as near as it may.
  return Math.max(0, Math.min(input, output - pair.distanceBytes));
}

/** The most bytes that a step can save: no output and no input is counted twice. */
export function savedBytes(runs: readonly Sized[], pairs: readonly AllowedOverlap[]): number {
  const bytesOf = (indices: readonly number[]) =>
    [...new Set(indices)].reduce((sum, index) => sum + must(runs[index], "a run").bytes, 0);
  const shared = pairs.reduce((sum, pair) => sum + sharedBytes(runs, pair), 0);
  const outputs = bytesOf(pairs.map(({ output }) => output));
  const inputs = bytesOf(pairs.map(({ input }) => input));
  return Math.min(shared, outputs, inputs);
}

/**
 * A node on a slab: the rows that one row of its output reads, and that row.
 *
 * On a slab an operator is the same operator with other shapes and attributes, so its own forms()
 * say how it may run; none is made for segments. What remains of them are those that no other beats
 * in memory, time and code: forms that only let an output lie on its input have no use here.
 */
import { assert, must } from "../../diagnostics/assert.ts";
import { type Graph, inputsOf, type Node, outputsOf, type Tensor } from "../../ir/graph.ts";
import { type Shape, sameShape } from "../../ir/types.ts";
import type { KernelForm, RowStream, RowTotal } from "../../ops/op.ts";
import { operatorOf } from "../../ops/registry.ts";
import { nhwc } from "../../ops/shared/layout.ts";
import { type FormOptions, formsFor } from "../arrangement.ts";
import { scratchBytes } from "../choose-forms.ts";
import { onCore } from "../core.ts";
import type { Stage } from "../types.ts";
import type { RowGraph } from "./stages.ts";

/** The ways of a step to give a row, or to add one up; the cost is that of one row. */
export interface RowForms {
  readonly forms: readonly KernelForm[];
  /** Instructions beside those of the rows. */
  readonly onceInstructions: number;
}

/** What each step may run on rows; asks an operator once. */
export function rowFormsOf(rows: RowGraph, options: FormOptions) {
  const known = new Map<string, RowForms>();
  return (step: number, kind: Stage["kind"]): RowForms => {
    const key = `${step} ${kind}`;
    const { stream, total } = must(rows.nodes[step], "rows of a node");
    const found =
      known.get(key) ??
      (kind === "total"
        ? totalForms(must(total, "a total"), options)
        : slabForms(rows.graph, step, must(stream, "a stream"), options));
    known.set(key, found);
    return found;
  };
}

/** The code that makes the output of the sums counts with that which adds rows up. */
function totalForms({ add, finish }: RowTotal, { core }: FormOptions): RowForms {
  const [adding, ending] = core === undefined ? [add, finish] : [add, finish].map(onCore(core));
  const [adds, ends] = [must(adding, "a form"), must(ending, "a form")];
  const codeWords = adds.cost.codeWords + ends.cost.codeWords;
  const form = { ...adds, cost: { ...adds.cost, codeWords } };
  return { forms: [form], onceInstructions: ends.cost.instructions };
}

function slabForms(
  graph: Graph,
  step: number,
  stream: RowStream<unknown>,
  options: FormOptions,
): RowForms {
  const node = must(graph.nodes[step], "node of a step");
  const slab = knownSlab(graph, node, stream);
  const forms = formsFor(slab, must(slab.nodes[0], "the node of a slab"), options);
  return { forms: undominated(forms.map(apart)), onceInstructions: 0 };
}

/** Rows in windows share no bytes. */
const apart = ({ overlaps: _, ...form }: KernelForm): KernelForm => form;

/** One graph a node, so that its forms are remembered as those of other graphs are. */
const slabs = new WeakMap<readonly Tensor[], Map<Node, Graph>>();

function knownSlab(graph: Graph, node: Node, stream: RowStream<unknown>): Graph {
  const ofGraph = slabs.get(graph.tensors) ?? new Map<Node, Graph>();
  const slab = ofGraph.get(node) ?? slabOf(graph, node, stream);
  slabs.set(graph.tensors, ofGraph.set(node, slab));
  return slab;
}

/** The node alone on its slabs, as a graph of its own. */
export function slabOf(graph: Graph, node: Node, { reads, attributes }: RowStream<unknown>): Graph {
  const shaped = (tensor: Tensor, shape: Shape): Tensor => {
    return { ...tensor, type: { ...tensor.type, shape } };
  };
  const inputs = inputsOf(graph, node).map((tensor, input) => {
    const read = reads.find((other) => other.input === input);
    if (tensor === null || read === undefined) return tensor;
    const { width, channels } = nhwc(tensor.type.shape);
    return shaped(tensor, [1, read.rows, read.left + width + read.right, channels]);
  });
  const outputs = outputsOf(graph, node).map((tensor) => {
    const { width, channels } = nhwc(tensor.type.shape);
    return shaped(tensor, [1, 1, width, channels]);
  });
  const own = { ...node, attributes: attributes as Node["attributes"] };
  const inferred = operatorOf(node).infer({ attributes: own.attributes, inputs, outputCount: 1 });
  const shape = must(outputs[0], "output of a slab").type.shape;
  assert(
    sameShape(must(inferred[0], "a type").shape, shape),
    `${node.name} gives no row on a slab`,
  );
  const operands = [...inputs, ...outputs];
  const tensors = operands.filter((tensor) => tensor !== null);
  const position = (tensor: Tensor | null) => (tensor === null ? null : tensors.indexOf(tensor));
  const result = tensors.length - 1;
  const given = inputs.flatMap((tensor, input) =>
    tensor !== null && reads.some((read) => read.input === input) ? [tensors.indexOf(tensor)] : [],
  );
  const nodes = [{ ...own, inputs: inputs.map(position), outputs: [result] }];
  return { name: graph.name, tensors, nodes, inputs: given, outputs: [result] };
}

/** Those that no other beats in all of scratch, instructions and code; the first of equals. */
function undominated(forms: readonly KernelForm[]): KernelForm[] {
  const figures = forms.map((form) => [
    scratchBytes(form),
    form.cost.instructions,
    form.cost.codeWords,
  ]);
  const beats = (a: number, b: number) => {
    const [ours, theirs] = [must(figures[a], "figures"), must(figures[b], "figures")];
    const isNever = ours.every((figure, index) => figure <= must(theirs[index], "a figure"));
    return isNever && (a < b || ours.some((figure, index) => figure < must(theirs[index], "one")));
  };
  return forms.filter((_, own) => !forms.some((_, other) => other !== own && beats(other, own)));
}

/** A form of one row as that of a step which runs it for many and has other work besides. */
export function forRows(form: KernelForm, runs: number, otherInstructions: number): KernelForm {
  const { cost } = form;
  const { work, instructions, weightBytesRead } = cost;
  const scaled = Object.entries(work ?? {}).map(([kind, part]) => [kind, part * runs]);
  return {
    ...form,
    name: `rows:${form.name}`,
    cost: {
      ...cost,
      ...(work && { work: Object.fromEntries(scaled) }),
      instructions: Math.round(instructions * runs + otherInstructions),
      weightBytesRead: weightBytesRead * runs,
    },
  };
}

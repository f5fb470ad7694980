/**
 * The stages of a segment: what gives rows, and which rows of which tensors each of them reads.
 *
 * The steps [first, last] can stream when every node gives its output row by row, or is the last
 * and adds rows up; when no tensor made inside is needed outside, the last one's output apart; and
 * when what enters from outside is an image [1, height, width, channels]. Stages stand in an order
 * in which rows flow: those that bring rows from outside first, the last step's at the end.
 */
import { must } from "../../diagnostics/assert.ts";
import {
  type Graph,
  inputsOf,
  outputsOf,
  statesOf,
  type TensorIndex,
  tensorAt,
} from "../../ir/graph.ts";
import type { Rounding } from "../../numeric/requantize.ts";
import type { RowReads, RowStream, RowTotal } from "../../ops/op.ts";
import { operatorOf } from "../../ops/registry.ts";
import { nhwc } from "../../ops/shared/layout.ts";
import { isImage } from "../../ops/shared/rows.ts";
import type { Stage } from "../types.ts";

/** How a node may take part in a segment; both null: it cannot. */
export interface NodeRows {
  readonly stream: RowStream<unknown> | null;
  readonly total: RowTotal | null;
}

/** The rows of a tensor that one row of a stage needs. */
export interface TensorReads extends Omit<RowReads, "input"> {
  readonly tensor: TensorIndex;
}

/** A stage before it is known where in a window its rows lie. */
export interface RowStage extends Pick<Stage, "kind" | "step" | "tensor"> {
  /** Rows that it gives; of a total: rows that it takes. */
  readonly height: number;
  /** One for each run-time operand, in order. */
  readonly reads: readonly TensorReads[];
}

/** A graph with what every question about its segments asks for. */
export interface RowGraph {
  readonly graph: Graph;
  /** Of each step's node. */
  readonly nodes: readonly NodeRows[];
  /** Of each tensor, the last step that reads it; Infinity: it must stay to the end. */
  readonly lastReads: readonly number[];
  /** Tensors that the caller of predict() gives row by row. */
  readonly received: ReadonlySet<TensorIndex>;
}

export interface RowGraphOptions {
  readonly rounding: Rounding;
  /** The graph's input arrives row by row. */
  readonly inputByRows?: boolean | undefined;
}

export function rowGraph(graph: Graph, { rounding, inputByRows }: RowGraphOptions): RowGraph {
  const nodes = graph.nodes.map((node): NodeRows => {
    const { rows = {} } = operatorOf(node);
    const operands = { inputs: inputsOf(graph, node), outputs: outputsOf(graph, node) };
    const context = { attributes: node.attributes, ...operands, rounding };
    if (node.outputs.length !== 1) return { stream: null, total: null };
    return { stream: rows.stream?.(context) ?? null, total: rows.total?.(context) ?? null };
  });
  const received = new Set(inputByRows === true ? graph.inputs : []);
  return { graph, nodes, lastReads: lastReads(graph), received };
}

function lastReads(graph: Graph): number[] {
  const last = graph.tensors.map(() => -1);
  graph.nodes.forEach(({ inputs }, step) => {
    for (const tensor of inputs) if (tensor !== null) last[tensor] = step;
  });
  const states = statesOf(graph).flatMap(({ before, after }) => [before, after]);
  for (const tensor of [...graph.outputs, ...states]) last[tensor] = Number.POSITIVE_INFINITY;
  return last;
}

/** null: these steps cannot run row by row together. */
export function stagesOf(rows: RowGraph, first: number, last: number): RowStage[] | null {
  const own: RowStage[] = [];
  for (let step = first; step <= last; step++) {
    const stage = step === last ? lastStage(rows, step) : innerStage(rows, step);
    if (stage === null) return null;
    own.push(stage);
  }
  const read = new Set(own.flatMap(({ reads }) => reads.map(({ tensor }) => tensor)));
  const made = new Set(own.map(({ tensor }) => tensor));
  const stays = (tensor: TensorIndex) => (rows.lastReads[tensor] ?? 0) > last;
  if (own.slice(0, -1).some(({ tensor }) => !read.has(tensor) || stays(tensor))) return null;
  const states = new Set(statesOf(rows.graph).flatMap(({ before, after }) => [before, after]));
  if ([...read, ...made].some((tensor) => states.has(tensor))) return null;
  const outside = [...read].filter((tensor) => !made.has(tensor));
  const late = (tensor: TensorIndex) => rows.received.has(tensor) && (first > 0 || stays(tensor));
  return outside.some(late) ? null : [...outside.map((tensor) => outer(rows, tensor)), ...own];
}

function outer({ graph, received }: RowGraph, tensor: TensorIndex): RowStage {
  const { height } = nhwc(tensorAt(graph, tensor).type.shape);
  return { kind: received.has(tensor) ? "receive" : "load", step: null, tensor, height, reads: [] };
}

function innerStage({ graph, nodes }: RowGraph, step: number): RowStage | null {
  const node = must(graph.nodes[step], "node of a step");
  const stream = must(nodes[step], "rows of a node").stream;
  const tensor = must(node.outputs[0], "output of a node");
  const { type } = tensorAt(graph, tensor);
  if (stream === null || !isImage(type)) return null;
  const operands = runTimeOperands(graph, step);
  const reads = operands.map(({ tensor, input }): TensorReads | null => {
    const found = stream.reads.find((read) => read.input === input);
    if (found === undefined || !isImage(tensorAt(graph, tensor).type)) return null;
    const { input: _, ...rows } = found;
    return { tensor, ...rows };
  });
  const { height } = nhwc(type.shape);
  return reads.every((read) => read !== null)
    ? { kind: "compute", step, tensor, height, reads }
    : null;
}

/** A total where the node has one: its input needs fewest rows so. */
function lastStage(rows: RowGraph, step: number): RowStage | null {
  const { graph, nodes } = rows;
  const total = must(nodes[step], "rows of a node").total;
  const operands = runTimeOperands(graph, step);
  const [operand] = operands;
  if (total === null || operands.length !== 1 || operand === undefined) {
    return innerStage(rows, step);
  }
  const { type } = tensorAt(graph, operand.tensor);
  if (!isImage(type)) return innerStage(rows, step);
  const tensor = must(must(graph.nodes[step], "node of a step").outputs[0], "output of a node");
  const row = { rows: 1, stride: 1, top: 0, left: 0, right: 0 };
  const { height } = nhwc(type.shape);
  return { kind: "total", step, tensor, height, reads: [{ tensor: operand.tensor, ...row }] };
}

function runTimeOperands(graph: Graph, step: number) {
  return must(graph.nodes[step], "node of a step").inputs.flatMap((tensor, input) =>
    tensor === null || tensorAt(graph, tensor).data !== undefined ? [] : [{ tensor, input }],
  );
}

/** Whether a step may stand before the last of a segment. */
export const streams = ({ nodes }: RowGraph, step: number): boolean =>
  must(nodes[step], "rows of a node").stream !== null;

/**
 * The checker's replay of a segment: steps that run row by row together.
 *
 * Which row an event makes is counted here, and which rows it needs is what its operator says; the
 * planner's own simulation is not believed. Every byte that a kernel reads must be that byte of the
 * row that it should be, or a real zero outside the tensor, at every event; what it writes may
 * touch nothing that it reads, and events and sums stay theirs until the end. A total takes each
 * row once.
 */
import { assert, must } from "../diagnostics/assert.ts";
import { inputsOf, type Node, outputsOf, type TensorIndex, tensorAt } from "../ir/graph.ts";
import type { RowReads } from "../ops/op.ts";
import { operatorOf } from "../ops/registry.ts";
import { EVENTS, filledWith, type Span, SUMS, sliceSpans } from "./check-contents.ts";
import { checkKernel, type Operand, type Replay } from "./check-kernel.ts";
import {
  lastRowOf,
  type PlacedWindow,
  placeOf,
  readOffset,
  streamSlot,
  windowsOf,
} from "./places.ts";
import type { Segment, SegmentAction, Stage } from "./types.ts";

/** A stage on its way. */
interface Progress {
  readonly stage: Stage;
  readonly index: number;
  /** The rows of each read, in the order of the stage's reads. */
  readonly needs: readonly RowReads[];
  /** Rows that it has given or, a total, taken; and how many there are. */
  done: number;
  readonly rows: number;
  isFinished: boolean;
}

interface Streaming extends Replay {
  readonly segment: Segment;
  readonly windows: ReadonlyMap<TensorIndex, PlacedWindow>;
}

export function checkSegment(replay: Replay, segment: Segment): void {
  const { plan, contents } = replay;
  const streaming = { ...replay, segment, windows: windowsOf(plan, segment) };
  const stages = segment.stages.map((stage, index) => progressOf(streaming, stage, index));
  for (const window of streaming.windows.values()) {
    if (window.isFilled) contents.put(window, filledWith(window.fill));
  }
  const sums = stages.flatMap(({ stage, index }) => (stage.kind === "total" ? [index] : []));
  for (const stage of sums) contents.put(streamSlot(plan, segment, { kind: "total", stage }), SUMS);
  const events = streamSlot(plan, segment, { kind: "events" });
  contents.put(events, EVENTS);
  for (const position of segment.events) {
    const { stage, kind } = must(segment.actions[position], "action of an event");
    const foreign = contents.firstOther(events.offset, [{ value: EVENTS, from: 0, ...events }]);
    assert(foreign === undefined, `plan: byte ${foreign} of '${events.name}' is overwritten`);
    act[kind](streaming, must(stages[stage], "stage of an action"));
  }
  for (const { stage, done, rows } of stages) {
    const isTaken = stage.kind !== "receive" || done === rows;
    assert(isTaken, `plan: ${done} of ${rows} rows of an input are taken`);
  }
}

function progressOf({ plan }: Replay, stage: Stage, index: number): Progress {
  const made = stage.kind === "total" ? must(stage.reads[0], "what a total reads") : stage;
  const { height: rows } = imageOf(plan.graph, made.tensor);
  const progress = { stage, index, done: 0, rows, isFinished: false };
  if (stage.step === null) return { ...progress, needs: [] };
  const node = must(plan.graph.nodes[stage.step], "node of a stage");
  assert(node.outputs[0] === stage.tensor, `plan: ${node.name} does not make what its stage does`);
  const needs = needsOf(plan, node, stage);
  const operands = node.inputs.flatMap((tensor, input) =>
    tensor === null || tensorAt(plan.graph, tensor).data !== undefined ? [] : [{ tensor, input }],
  );
  const isRead = operands.map(({ tensor, input }, at) => {
    return stage.reads[at]?.tensor === tensor && needs[at]?.input === input;
  });
  assert(isRead.every(Boolean), `plan: the stage of ${node.name} reads other tensors than it`);
  return { ...progress, needs };
}

/** What the operator says that one row needs, in the order of its operands. */
function needsOf({ graph, rounding }: Replay["plan"], node: Node, { kind }: Stage): RowReads[] {
  const { rows = {} } = operatorOf(node);
  const operands = { inputs: inputsOf(graph, node), outputs: outputsOf(graph, node) };
  const context = { attributes: node.attributes, ...operands, rounding };
  if (kind === "total") {
    const { input } = must(rows.total?.(context), `how ${node.name} adds rows up`);
    return [{ input, rows: 1, stride: 1, top: 0, left: 0, right: 0 }];
  }
  const stream = must(rows.stream?.(context), `how ${node.name} gives rows`);
  return [...stream.reads].sort((a, b) => a.input - b.input);
}

function imageOf(graph: Replay["plan"]["graph"], tensor: TensorIndex) {
  const { name, type } = tensorAt(graph, tensor);
  const [batch = 0, height = 0, width = 0, channels = 0] = type.shape;
  assert(batch === 1 && type.shape.length === 4, `plan: '${name}' has no rows`);
  return { height, width, channels };
}

const act: Readonly<Record<SegmentAction["kind"], (on: Streaming, at: Progress) => void>> = {
  run: (on, progress) => {
    const { stage, done, rows } = progress;
    const { name } = tensorAt(on.plan.graph, stage.tensor);
    assert(done < rows, `plan: '${name}' has ${rows} rows, one more is made`);
    runs[stage.kind](on, progress);
    progress.done += 1;
  },
  pad: (on, { stage }) => {
    const window = makeRoom(on, stage.tensor);
    const last = { offset: lastRowOf(window), bytes: window.rowBytes };
    on.contents.put(last, filledWith(window.fill));
  },
  finish: (on, progress) => {
    const { stage, index, done, rows, isFinished } = progress;
    const step = must(stage.step, "step of a total");
    assert(done === rows && !isFinished, `plan: step ${step} ends after ${done} of ${rows} rows`);
    progress.isFinished = true;
    const sums = sumsOf(on, index);
    const output = placeOf(on.places, stage.tensor);
    checkKernel(on, step, must(stage.finish, "finish of a total"), {
      read: [sums],
      written: [{ ...output, output: 0 }],
      scratch: [],
    });
    on.contents.put(output, stage.tensor);
  },
};

const runs: Readonly<Record<Stage["kind"], (on: Streaming, at: Progress) => void>> = {
  load: (on, { stage, done }) => {
    const { tensor } = stage;
    const window = makeRoom(on, tensor);
    const source = placeOf(on.places, tensor).offset + done * window.pixelBytes;
    expectBytes(on, source, rowOf(on, window, done), `row ${done} of a load`);
    on.contents.copy(pixelsOf(window).offset, source, window.pixelBytes);
  },
  receive: (on, { stage, done }) => {
    const window = makeRoom(on, stage.tensor);
    on.contents.put(pixelsOf(window), stage.tensor, done * window.pixelBytes);
  },
  compute: (on, { stage, needs, done, rows }) => {
    const step = must(stage.step, "step of a stage");
    const isKept = on.windows.has(stage.tensor);
    const place = isKept ? null : placeOf(on.places, stage.tensor);
    const bytes = (place?.bytes ?? 0) / rows;
    const output = place
      ? { offset: place.offset + done * bytes, bytes }
      : pixelsOf(makeRoom(on, stage.tensor));
    const read = stage.reads.map((_, at) =>
      expectRead(on, stage, must(needs[at], "rows"), at, done),
    );
    const form = must(on.plan.steps[step]?.form, `form of step ${step}`);
    checkKernel(on, step, form, { read, written: [{ ...output, output: 0 }] });
    on.contents.put(output, stage.tensor, done * output.bytes);
  },
  total: (on, { stage, index, needs, done }) => {
    const step = must(stage.step, "step of a stage");
    const read = expectRead(on, stage, must(needs[0], "rows"), 0, done);
    const sums = sumsOf(on, index);
    const form = must(on.plan.steps[step]?.form, `form of step ${step}`);
    checkKernel(on, step, form, { read: [read], written: [sums] });
    on.contents.put(sums, SUMS);
  },
};

/** The rows of a window move up by one. */
function makeRoom({ windows, contents }: Streaming, tensor: TensorIndex): PlacedWindow {
  const window = must(windows.get(tensor), `window of tensor ${tensor}`);
  const { offset, rowBytes, bytes } = window;
  contents.copy(offset, offset + rowBytes, bytes - rowBytes);
  return window;
}

const pixelsOf = (window: PlacedWindow) => {
  return { offset: lastRowOf(window) + window.leftBytes, bytes: window.pixelBytes };
};

const rowOf = ({ spans }: Replay, { tensor, pixelBytes }: PlacedWindow, row: number): Span[] =>
  sliceSpans(must(spans[tensor], "a value"), row * pixelBytes, pixelBytes);

/** The operand of a kernel on a slab, whose bytes are those that row `row` of the stage needs. */
function expectRead(on: Streaming, stage: Stage, need: RowReads, at: number, row: number): Operand {
  const read = must(stage.reads[at], "a read");
  const window = must(on.windows.get(read.tensor), `window of tensor ${read.tensor}`);
  const { height, width } = imageOf(on.plan.graph, read.tensor);
  const column = window.pixelBytes / width;
  const [left, right] = [need.left * column, need.right * column];
  const bytes = left + window.pixelBytes + right;
  const step = `step ${stage.step}`;
  const isWhole = need.rows === 1 || bytes === window.rowBytes;
  const fits = read.slot + need.rows <= window.rows && read.skipBytes + bytes <= window.rowBytes;
  assert(isWhole && fits, `plan: ${step} reads rows of ${bytes} B in ${window.rowBytes} B`);
  assert(read.skipBytes >= 0 && read.slot >= 0, `plan: ${step} reads before a window`);
  const offset = readOffset(on.windows, read);
  const zero = filledWith(window.fill);
  for (let k = 0; k < need.rows; k++) {
    const wanted = row * need.stride - need.top + k;
    const isOutside = wanted < 0 || wanted >= height;
    const spans = isOutside
      ? [{ value: zero, from: 0, bytes }]
      : [
          { value: zero, from: 0, bytes: left },
          ...rowOf(on, window, wanted),
          { value: zero, from: 0, bytes: right },
        ];
    const { name } = tensorAt(on.plan.graph, read.tensor);
    const what = `row ${wanted} of '${name}' when ${step} makes row ${row}`;
    expectBytes(on, offset + k * window.rowBytes, spans, what);
  }
  const input = need.input;
  return { offset, bytes: (need.rows - 1) * window.rowBytes + bytes, input };
}

function expectBytes(on: Streaming, offset: number, spans: readonly Span[], what: string): void {
  const foreign = on.contents.firstOther(offset, spans);
  assert(foreign === undefined, `plan: byte ${foreign} is not that of ${what}`);
}

/** The sums of a total, which must be intact. */
function sumsOf(on: Streaming, stage: number): Operand {
  const slot = streamSlot(on.plan, on.segment, { kind: "total", stage });
  expectBytes(on, slot.offset, [{ value: SUMS, from: 0, bytes: slot.bytes }], `'${slot.name}'`);
  return { offset: slot.offset, bytes: slot.bytes };
}

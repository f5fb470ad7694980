/**
 * The independent checker: replays a plan and refuses one that cannot be right. It runs in every
 * build.
 *
 * It shares no code with the planner and does not believe its lifetimes: it knows of every byte
 * what it holds (check-contents.ts), each step must find all bytes of its inputs, and writes those
 * of its scratch and outputs. An overlap, a lifetime that ends too early, a view at a wrong place
 * or a range outside the peak therefore shows up as a byte that holds something else.
 */
import { assert, must } from "../diagnostics/assert.ts";
import {
  type Graph,
  inputsOf,
  type Node,
  outputsOf,
  statesOf,
  type TensorIndex,
  tensorAt,
} from "../ir/graph.ts";
import { bytesOf, dtypes, realZeros, type TensorType } from "../ir/types.ts";
import { operatorOf } from "../ops/registry.ts";
import { Contents, type Range, type Span, sliceSpans } from "./check-contents.ts";
import { checkKernel, type Operand, type Replay } from "./check-kernel.ts";
import { checkSegment } from "./check-segment.ts";
import { placeOf, placesOf } from "./places.ts";
import type { Plan, RowWindow, TensorBuffer } from "./types.ts";

export function checkPlan(plan: Plan): void {
  const { graph, steps, segments } = plan;
  checkRanges(plan);
  const contents = new Contents(plan.peakBytes);
  const replay = { plan, places: placesOf(plan), spans: spansOf(plan), contents };
  begin(replay);
  const segmentAt = new Map(segments.map((segment) => [segment.firstStep, segment]));
  let streamedTo = -1;
  steps.forEach((_, step) => {
    const segment = segmentAt.get(step);
    assert(!segment || step > streamedTo, `plan: two segments run step ${step}`);
    if (segment) checkSegment(replay, segment);
    streamedTo = segment?.lastStep ?? streamedTo;
    if (step > streamedTo) checkStep(replay, step);
  });
  const kept = [...graph.outputs, ...statesOf(graph).map(({ after }) => after)];
  for (const tensor of kept)
    if (!isConstant(graph, tensor)) expectTensor(replay, tensor, "at the end");
}

const isConstant = (graph: Graph, tensor: TensorIndex): boolean =>
  tensorAt(graph, tensor).data !== undefined;

/** Inputs that arrive whole, and states, are there before the first step. */
function begin({ plan, places, contents }: Replay): void {
  for (const tensor of plan.graph.inputs) {
    const place = places.get(tensor);
    if (place) contents.put(place, tensor);
  }
  for (const { before, after } of statesOf(plan.graph)) {
    const place = placeOf(places, before);
    const stays = place.offset === placeOf(places, after).offset;
    assert(stays, `plan: state ${before} does not stay in place`);
    contents.put(place, before);
  }
}

function expectTensor(
  { plan, places, spans, contents }: Replay,
  tensor: TensorIndex,
  when: string,
) {
  const { offset } = placeOf(places, tensor);
  const foreign = contents.firstOther(offset, must(spans[tensor], "a value"));
  const { name } = tensorAt(plan.graph, tensor);
  const where = `byte ${(foreign ?? offset) - offset} of '${name}'`;
  assert(foreign === undefined, `plan: ${where} is not its own ${when}`);
}

function checkStep(replay: Replay, step: number): void {
  const { plan, places, contents } = replay;
  const { node: index, form } = must(plan.steps[step], "a step");
  const node = must(plan.graph.nodes[index], `node of step ${step}`);
  if (form === null) {
    assert(onlyRenames(plan.graph, node), `plan: nothing runs ${node.name}`);
    return;
  }
  const read = node.inputs.flatMap((tensor, input): Operand[] => {
    if (tensor === null || isConstant(plan.graph, tensor)) return [];
    expectTensor(replay, tensor, `when ${node.name} reads`);
    return [{ ...placeOf(places, tensor), input }];
  });
  const written = node.outputs.map((tensor, output) => ({ ...placeOf(places, tensor), output }));
  checkKernel(replay, step, form, { read, written });
  for (const tensor of node.outputs) contents.put(placeOf(places, tensor), tensor);
}

/** Every range lies inside the peak, is as long as its type, and is aligned. */
function checkRanges({ graph, buffers, scratch, peakBytes }: Plan): void {
  const inside = ({ offset, bytes }: Range, name: string) => {
    const end = offset + bytes;
    assert(offset >= 0 && end <= peakBytes, `plan: '${name}' ends at ${end}, past the peak`);
  };
  for (const slot of scratch) inside(slot, slot.name);
  for (const buffer of buffers) {
    inside(buffer, buffer.name);
    if (buffer.window) checkWindow(graph, buffer, buffer.window);
    else checkRun(graph, buffer);
  }
}

const typeBytes = ({ dtype, shape }: TensorType): number =>
  shape.reduce((product, extent) => product * extent, dtypes[dtype].bytes);

function checkRun(graph: Graph, { tensors, begins, bytes: held, offset }: TensorBuffer): void {
  tensors.forEach((index, at) => {
    const { name, type } = tensorAt(graph, index);
    const size = dtypes[type.dtype].bytes;
    const bytes = typeBytes(type);
    const start = begins?.[at] ?? 0;
    const fits = begins ? start >= 0 && start + bytes <= held : bytes === held;
    assert(fits, `plan: '${name}' takes ${bytes} B, has ${held - start} B`);
    assert((offset + start) % size === 0, `plan: '${name}' is not aligned to ${size}`);
  });
}

/** Rows of pixels and margins, and the byte that stands for a real zero. */
function checkWindow(
  graph: Graph,
  { name, tensors, bytes, offset }: TensorBuffer,
  window: RowWindow,
) {
  const { tensor, rows, rowBytes, leftBytes, pixelBytes, fill } = window;
  const { type } = tensorAt(graph, tensor);
  const [, height = 0] = type.shape;
  const size = dtypes[type.dtype].bytes;
  const isRow = pixelBytes * height === typeBytes(type) && leftBytes + pixelBytes <= rowBytes;
  const isOwn = tensors.length === 1 && tensors[0] === tensor;
  const isWhole = isRow && isOwn && rows > 0 && leftBytes >= 0 && bytes === rows * rowBytes;
  assert(isWhole, `plan: the window of '${name}' is not ${rows} rows of ${rowBytes} B`);
  const isAligned = [offset, leftBytes, rowBytes].every((at) => at % size === 0);
  assert(isAligned, `plan: the window of '${name}' is not aligned to ${size}`);
  const isZero = bytesOf(realZeros({ ...type, shape: [1] })).every((byte) => byte === fill);
  assert(isZero, `plan: ${fill} is no real zero of '${name}'`);
}

/** Nodes that no kernel needs to run: those that rename bytes and, placed so, those with views. */
const onlyRenames = (graph: Graph, node: Node): boolean =>
  operatorOf(node).memory.aliasOfInput !== undefined || viewsOf(graph, node).length > 0;

function viewsOf(graph: Graph, node: Node) {
  const operands = { inputs: inputsOf(graph, node), outputs: outputsOf(graph, node) };
  const { views } = operatorOf(node).memory;
  return views?.({ attributes: node.attributes, ...operands }) ?? [];
}

/** Of what each tensor consists: its own value, or bytes of those that it is made of. */
function spansOf({ graph, steps }: Plan): Span[][] {
  const spans = graph.tensors.map(({ type }, value): Span[] => {
    return [{ value, from: 0, bytes: typeBytes(type) }];
  });
  const of = (tensor: TensorIndex | null | undefined) =>
    must(spans[must(tensor, "an operand")], "a value");
  for (const { node: index, form } of steps) {
    if (form !== null) continue;
    const node = must(graph.nodes[index], "node of a step");
    const { aliasOfInput } = operatorOf(node).memory;
    if (aliasOfInput !== undefined) {
      spans[must(node.outputs[0], "an output")] = of(node.inputs[aliasOfInput]);
      continue;
    }
    const views = viewsOf(graph, node);
    for (const { input, output, inside, atBytes } of views) {
      const tensor = must(node.outputs[output], "an output");
      const bytes = typeBytes(tensorAt(graph, tensor).type);
      if (inside === "output") spans[tensor] = sliceSpans(of(node.inputs[input]), atBytes, bytes);
    }
    node.outputs.forEach((tensor, output) => {
      const parts = views.filter((view) => view.inside === "input" && view.output === output);
      if (parts.length > 0)
        spans[tensor] = joined(
          parts.map((part) => ({ ...part, spans: of(node.inputs[part.input]) })),
        );
    });
  }
  return spans;
}

/** The spans of parts that lie one after the other without a gap. */
function joined(parts: readonly { readonly atBytes: number; readonly spans: readonly Span[] }[]) {
  let end = 0;
  return [...parts]
    .sort((a, b) => a.atBytes - b.atBytes)
    .flatMap(({ atBytes, spans }) => {
      assert(atBytes === end, `plan: views leave a gap at byte ${end}`);
      end += spans.reduce((sum, { bytes }) => sum + bytes, 0);
      return spans;
    });
}

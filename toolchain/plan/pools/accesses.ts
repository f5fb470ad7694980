/**
 * How often a prediction reads and writes each byte run: an estimate, in elements, that decides
 * which runs belong in fast RAM.
 *
 * What is written is written once. An operand is read once, or as often as the operator multiplies:
 * every multiplication reads an element, and where a form computes in lanes (its cost says so)
 * three share the read; several operands divide the reads by their sizes. Scratch is written and
 * read once for each word of it, or of the weights that go through it. Windows move their rows up
 * byte by byte. The caller writes inputs and reads outputs once. Caches count as nothing.
 */
import { must } from "../../diagnostics/assert.ts";
import { inputsOf, type Node, outputsOf, type TensorIndex, tensorAt } from "../../ir/graph.ts";
import { elementCount } from "../../ir/types.ts";
import type { KernelForm } from "../../ops/op.ts";
import { operatorOf } from "../../ops/registry.ts";
import { type Arrangement, allSlots, type SlotRequest } from "../arrangement.ts";
import type { RowWindow, Segment, StreamSlot } from "../types.ts";
import { spotsOf } from "../views.ts";

type Forms = readonly (KernelForm | null)[];

/** Channels or pixels that one 64-bit multiplication takes. */
const LANES = 3;

/** Of the arrangement's runs, then of its slots with these forms. */
export function accessesOf(arrangement: Arrangement, forms: Forms): number[] {
  const { runs } = arrangement;
  const counts = runs.map(({ window }) => (window ? movedBytes(arrangement, window) : 0));
  for (const { run, elements } of touches(arrangement, forms)) {
    counts[run] = must(counts[run], "accesses of a run") + elements;
  }
  return [...counts, ...slotAccesses(arrangement, forms)];
}

/** So many elements of a run are read or written. */
interface Touch {
  readonly run: number;
  readonly elements: number;
}

function touches(arrangement: Arrangement, forms: Forms): Touch[] {
  const { graph, segments } = arrangement;
  const whole = spotsOf(arrangement.runs);
  const windowAt = windowsByTensor(arrangement);
  const touch = (run: number | undefined, elements: number): Touch[] =>
    run === undefined ? [] : [{ run, elements }];
  /** Steps of segments work on windows. */
  const runAt = (tensor: TensorIndex, step: number) =>
    windowAt(tensor, step) ?? whole.get(tensor)?.run;
  const ofCaller = [...graph.inputs, ...graph.outputs].flatMap((tensor) =>
    touch(whole.get(tensor)?.run ?? windowAt(tensor, 0), elementsOf(arrangement, tensor)),
  );
  const ofLoads = segments.flatMap(({ firstStep, stages }) =>
    stages.flatMap(({ kind, tensor }) => {
      if (kind !== "load") return [];
      const elements = elementsOf(arrangement, tensor);
      const from = touch(whole.get(tensor)?.run, elements);
      return [...from, ...touch(windowAt(tensor, firstStep), elements)];
    }),
  );
  const ofSteps = graph.nodes.flatMap((node, step) => {
    const form = forms[step];
    if (!form) return [];
    const reads = readsOf(arrangement, node, form);
    const writes = node.outputs.map((tensor) => {
      return { tensor, elements: elementsOf(arrangement, tensor) };
    });
    return [...reads, ...writes].flatMap(({ tensor, elements }) =>
      touch(runAt(tensor, step), elements),
    );
  });
  return [...ofCaller, ...ofLoads, ...ofSteps];
}

const elementsOf = ({ graph }: Arrangement, tensor: TensorIndex): number =>
  elementCount(tensorAt(graph, tensor).type.shape);

function readsOf(arrangement: Arrangement, node: Node, form: KernelForm) {
  const { graph } = arrangement;
  const context = { inputs: inputsOf(graph, node), outputs: outputsOf(graph, node) };
  const macs = operatorOf(node).macs({ attributes: node.attributes, ...context });
  const operands = node.inputs.flatMap((tensor) => {
    if (tensor === null || tensorAt(graph, tensor).data !== undefined) return [];
    return [{ tensor, elements: elementsOf(arrangement, tensor) }];
  });
  const all = operands.reduce((sum, { elements }) => sum + elements, 0);
  const times = Math.max(1, macs / sharing(form) / Math.max(1, all));
  return operands.map(({ tensor, elements }) => {
    return { tensor, elements: Math.ceil(elements * times) };
  });
}

/** Multiplications for each element that is read. */
const sharing = ({ cost }: KernelForm): number => ((cost.work?.lanes ?? 0) > 0 ? LANES : 1);

/** The run that holds rows of a tensor at a step. */
function windowsByTensor({ runs }: Arrangement) {
  const found = new Map<TensorIndex, number[]>();
  runs.forEach(({ window }, run) => {
    if (window) found.set(window.tensor, [...(found.get(window.tensor) ?? []), run]);
  });
  return (tensor: TensorIndex, step: number): number | undefined =>
    found.get(tensor)?.find((index) => {
      const { firstStep, lastStep } = must(runs[index], "a window");
      return firstStep <= step && step <= lastStep;
    });
}

/** Every new row moves the others: each byte is read and written. */
function movedBytes({ graph }: Arrangement, { tensor, rows, rowBytes }: RowWindow): number {
  const [, height = 1] = tensorAt(graph, tensor).type.shape;
  return 2 * height * (rows - 1) * rowBytes;
}

function slotAccesses(arrangement: Arrangement, forms: Forms): number[] {
  const slots = allSlots(arrangement, forms);
  const segmentAt = new Map(arrangement.segments.map((segment) => [segment.firstStep, segment]));
  return slots.map((slot) => {
    const { stream, firstStep } = slot;
    if (stream === undefined) return scratchAccesses(slot, must(forms[firstStep], "a form"));
    const segment = must(segmentAt.get(firstStep), "the segment of a slot");
    return 2 * streamed(arrangement, segment, stream);
  });
}

/** The weights that a kernel pulls go through all of its scratch evenly. */
function scratchAccesses({ bytes, alignment }: SlotRequest, form: KernelForm): number {
  const all = form.scratch.reduce((sum, slot) => sum + slot.bytes, 0);
  const pulled = (form.cost.weightBytesRead / sharing(form)) * (bytes / Math.max(1, all));
  return 2 * Math.ceil(Math.max(bytes / alignment, pulled));
}

/** How much goes through what a segment keeps: its events, or the elements that it adds up. */
function streamed(arrangement: Arrangement, { events, stages }: Segment, slot: StreamSlot): number {
  if (slot.kind === "events") return events.length;
  const [read] = must(stages[slot.stage], "a stage").reads;
  return elementsOf(arrangement, must(read, "what a total reads").tensor);
}

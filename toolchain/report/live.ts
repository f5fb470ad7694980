/**
 * What is alive when, read off a plan: the rows of every drawing and of "does not fit" messages.
 *
 * A slot is any planned run of bytes: a tensor, a window of its newest rows, a kernel's scratch, or
 * what a segment keeps beside its windows. Steps are node indices; intervals include both ends. An
 * output may lie on the input it replaces, so bytes in use are counted by address, never summed.
 */
import { must } from "../diagnostics/assert.ts";
import { tensorAt } from "../ir/graph.ts";
import { byteLength } from "../ir/types.ts";
import type { Plan, TensorBuffer } from "../plan/types.ts";

export const slotKinds = ["tensor", "window", "stream", "scratch"] as const;
export type SlotKind = (typeof slotKinds)[number];

export interface Slot {
  readonly kind: SlotKind;
  readonly name: string;
  readonly bytes: number;
  readonly offset: number;
  readonly firstStep: number;
  readonly lastStep: number;
}

/** Bytes in use at a step, by what uses them. */
export type Usage = Readonly<Record<SlotKind, number>>;

/** TensorFlow joins the names of fused layers with ";"; the first one is enough for people. */
export const shortName = (name: string): string => name.split(";")[0] ?? name;

/** What people call the node of a step. */
export const stepName = (plan: Plan, step: number): string =>
  shortName(plan.graph.nodes[step]?.name ?? "");

/** Tensors first, in the plan's order, then what is no tensor; what takes no bytes is left out. */
export function slotsOf(plan: Plan): Slot[] {
  const tensors = plan.buffers.map(
    ({ name, bytes, offset, firstStep, lastStep, window }): Slot => ({
      kind: window === undefined ? "tensor" : "window",
      ...{ name, bytes, offset, firstStep, lastStep },
    }),
  );
  const lastOfSegment = new Map(
    plan.segments.map(({ firstStep, lastStep }) => [firstStep, lastStep]),
  );
  const others = plan.scratch.map(
    ({ name, bytes, offset, step, stream }): Slot => ({
      kind: stream === undefined ? "scratch" : "stream",
      ...{ name, bytes, offset, firstStep: step },
      lastStep: stream === undefined ? step : (lastOfSegment.get(step) ?? step),
    }),
  );
  return [...tensors, ...others].filter(({ bytes }) => bytes > 0);
}

/** The tensors that are only a part of another one's bytes, as slots of their own. */
export function viewsOf(plan: Plan): Slot[] {
  const parts = plan.buffers.flatMap((buffer) => partsOf(plan, buffer));
  const spans = new Map<number, { first: number; last: number }>();
  plan.graph.nodes.forEach(({ inputs, outputs }, step) => {
    for (const tensor of [...inputs, ...outputs]) {
      if (tensor === null) continue;
      const { first } = spans.get(tensor) ?? { first: step };
      spans.set(tensor, { first, last: step });
    }
  });
  return parts.map(({ tensor, offset }): Slot => {
    const { name, type } = tensorAt(plan.graph, tensor);
    const { first, last } = spans.get(tensor) ?? { first: 0, last: 0 };
    const bytes = byteLength(type);
    return { kind: "tensor", name, bytes, offset, firstStep: first, lastStep: last };
  });
}

function partsOf({ graph }: Plan, { tensors, begins = [], bytes, offset }: TensorBuffer) {
  return tensors.flatMap((tensor, index) => {
    const isPart = byteLength(tensorAt(graph, tensor).type) < bytes;
    return isPart && begins.length > 0 ? [{ tensor, offset: offset + (begins[index] ?? 0) }] : [];
  });
}

/** Slots by step; a graph without nodes counts as one step. */
export function aliveByStep(plan: Plan, slots: readonly Slot[]): Slot[][] {
  const alive: Slot[][] = Array.from({ length: Math.max(1, plan.steps.length) }, () => []);
  for (const slot of slots) {
    for (let step = slot.firstStep; step <= slot.lastStep; step++) alive[step]?.push(slot);
  }
  return alive;
}

/** Bytes that at least one slot covers; a byte of two belongs to the kind that comes first. */
function usageOf(slots: readonly Slot[]): Usage {
  const usage: Record<SlotKind, number> = { tensor: 0, window: 0, stream: 0, scratch: 0 };
  const taken: Slot[] = [];
  let before = 0;
  for (const kind of slotKinds) {
    taken.push(...slots.filter((slot) => slot.kind === kind));
    const covered = coveredBytes(taken);
    usage[kind] = covered - before;
    before = covered;
  }
  return usage;
}

function coveredBytes(slots: readonly Slot[]): number {
  let covered = 0;
  let end = 0;
  for (const { offset, bytes } of slots.toSorted((a, b) => a.offset - b.offset)) {
    covered += Math.max(0, offset + bytes - Math.max(offset, end));
    end = Math.max(end, offset + bytes);
  }
  return covered;
}

export const usedBytes = (usage: Usage): number =>
  slotKinds.reduce((sum, kind) => sum + usage[kind], 0);

/** What is alive at every step of a plan, and where most of it is. */
export interface Live {
  readonly slots: readonly Slot[];
  readonly alive: readonly (readonly Slot[])[];
  readonly usage: readonly Usage[];
  /** The first step at which most bytes are in use. */
  readonly peakStep: number;
}

export function liveOf(plan: Plan): Live {
  const slots = slotsOf(plan);
  const alive = aliveByStep(plan, slots);
  const usage = alive.map(usageOf);
  const profile = usage.map(usedBytes);
  const most = profile.reduce((peak, bytes) => Math.max(peak, bytes), 0);
  return { slots, alive, usage, peakStep: Math.max(0, profile.indexOf(most)) };
}

/** What is alive at the peak, largest first. */
export function peakSlots({ alive, peakStep }: Live): Slot[] {
  return must(alive[peakStep], "the peak step").toSorted((a, b) => b.bytes - a.bytes);
}

/** The tensors alive at the peak, largest first. */
export const peakTensors = (live: Live): Slot[] =>
  peakSlots(live).filter(({ kind }) => kind === "tensor" || kind === "window");

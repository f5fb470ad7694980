/**
 * Where the bytes of a plan lie: the one statement of it that the stages after planning use, the
 * checker included, so that what is checked is what is generated.
 */
import { must } from "../diagnostics/assert.ts";
import { type TensorIndex, tensorAt } from "../ir/graph.ts";
import { byteLength } from "../ir/types.ts";
import type { Plan, RowWindow, ScratchSlot, Segment, StageRead, StreamSlot } from "./types.ts";

export interface Place {
  readonly offset: number;
  readonly bytes: number;
}

/** The tensors that have all of their bytes in memory; those of windows have not. */
export function placesOf({ graph, buffers }: Plan): Map<TensorIndex, Place> {
  const whole = buffers.filter(({ window }) => window === undefined);
  const places = whole.flatMap(({ tensors, begins, offset }) =>
    tensors.map((tensor, index): [TensorIndex, Place] => {
      const { type } = tensorAt(graph, tensor);
      return [tensor, { offset: offset + (begins?.[index] ?? 0), bytes: byteLength(type) }];
    }),
  );
  return new Map(places.sort(([a], [b]) => a - b));
}

export function placeOf(places: ReadonlyMap<TensorIndex, Place>, tensor: TensorIndex): Place {
  return must(places.get(tensor), `place of tensor ${tensor}`);
}

/** What a host can see of a tensor: all of it, or the row that it has to bring. */
export interface VisiblePlace extends Place {
  readonly rows?: number;
}

/** The tensors of placesOf, and the input that arrives row by row. */
export function visiblePlaces(plan: Plan): Map<TensorIndex, VisiblePlace> {
  const received = plan.segments.flatMap((segment) =>
    segment.stages.flatMap(({ kind, tensor }): [TensorIndex, VisiblePlace][] => {
      if (kind !== "receive") return [];
      const window = must(windowsOf(plan, segment).get(tensor), "window of an input");
      const [, rows = 1] = tensorAt(plan.graph, tensor).type.shape;
      const offset = lastRowOf(window) + window.leftBytes;
      return [[tensor, { offset, bytes: window.pixelBytes, rows }]];
    }),
  );
  const all: [TensorIndex, VisiblePlace][] = [...placesOf(plan), ...received];
  return new Map(all.sort(([a], [b]) => a - b));
}

/** A window at its address. */
export interface PlacedWindow extends RowWindow {
  readonly offset: number;
  /** Of all rows. */
  readonly bytes: number;
  /**
   * It is alive at all steps of its segment and holds real zeros at first; any other is one row
   * that is written whole before it is read.
   */
  readonly isFilled: boolean;
}

/** The windows that a segment's stages share, by their tensors. */
export function windowsOf(
  { buffers }: Plan,
  { firstStep, lastStep }: Segment,
): Map<TensorIndex, PlacedWindow> {
  const own = buffers.flatMap(({ window, offset, bytes, ...alive }): PlacedWindow[] => {
    if (!window || alive.firstStep < firstStep || alive.firstStep > lastStep) return [];
    const isFilled = alive.firstStep === firstStep && alive.lastStep === lastStep;
    return [{ ...window, offset, bytes, isFilled }];
  });
  return new Map(own.map((window) => [window.tensor, window]));
}

/** Where a window's newest row begins, its margin included. */
export const lastRowOf = ({ offset, bytes, rowBytes }: PlacedWindow): number =>
  offset + bytes - rowBytes;

/** Where a stage finds the first byte that it reads. */
export function readOffset(
  windows: ReadonlyMap<TensorIndex, PlacedWindow>,
  { tensor, slot, skipBytes }: StageRead,
): number {
  const { offset, rowBytes } = must(windows.get(tensor), `window of tensor ${tensor}`);
  return offset + slot * rowBytes + skipBytes;
}

/** What a step's kernel uses beside its operands. */
export const kernelScratch = ({ scratch }: Plan, step: number): ScratchSlot[] =>
  scratch.filter((slot) => slot.step === step && slot.stream === undefined);

/** What a segment keeps beside windows: its events, or the sums of a stage. */
export function streamSlot(plan: Plan, { firstStep }: Segment, wanted: StreamSlot): ScratchSlot {
  const found = plan.scratch.find(
    ({ step, stream }) => step === firstStep && stream !== undefined && isSame(stream, wanted),
  );
  return must(found, `${wanted.kind} slot of the segment at step ${firstStep}`);
}

const isSame = (a: StreamSlot, b: StreamSlot): boolean =>
  a.kind === b.kind && (a.kind === "events" || b.kind === "events" || a.stage === b.stage);

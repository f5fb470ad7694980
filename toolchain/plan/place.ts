/**
 * Gives every byte run of a chosen arrangement its address.
 *
 * Tensors are placed before scratch, so that the tensors alone reach their own lower bound; when
 * placing both together gives a lower peak, the joint placement is taken.
 */
import { must } from "../diagnostics/assert.ts";
import { allocate, allocateGreedily, type Placed } from "./allocate.ts";
import { type Arrangement, allOverlaps, allSlots, type SlotRequest } from "./arrangement.ts";
import type { Choice } from "./choose-forms.ts";
import { type Lifetime, liveBytes } from "./lifetimes.ts";
import { type AllowedOverlap, savedBytes } from "./overlaps.ts";
import type { ScratchSlot, TensorBuffer } from "./types.ts";

export interface Layout {
  readonly buffers: readonly TensorBuffer[];
  readonly scratch: readonly ScratchSlot[];
  readonly peakBytes: number;
  readonly tensorBytes: number;
  readonly lowerBoundBytes: number;
  readonly tensorLowerBoundBytes: number;
}

/** What a placement without a search takes. */
export function quickPeak(arrangement: Arrangement, { forms, boundBytes }: Choice): number {
  const overlaps = allOverlaps(arrangement, forms);
  const all = [...arrangement.runs, ...allSlots(arrangement, forms)];
  return allocateGreedily({ runs: all, overlaps }, boundBytes).peakBytes;
}

export function layOut(arrangement: Arrangement, choice: Choice): Layout {
  const { runs, graph } = arrangement;
  const overlaps = allOverlaps(arrangement, choice.forms);
  const requests = allSlots(arrangement, choice.forms);
  const tensorLowerBoundBytes = tensorBound(runs, overlaps, graph.nodes.length);
  const lowerBoundBytes = Math.max(tensorLowerBoundBytes, choice.boundBytes);
  const placed = placeAll({ runs, requests, overlaps }, tensorLowerBoundBytes, lowerBoundBytes);
  const buffers = runs.map(({ alignment: _, ...run }, index): TensorBuffer => {
    return { ...run, offset: must(placed.offsets[index], "offset of a tensor") };
  });
  const scratch = requests.map(({ name, bytes, firstStep: step, stream }, index): ScratchSlot => {
    const offset = must(placed.offsets[runs.length + index], "offset of scratch");
    return { name, bytes, step, offset, ...(stream && { stream }) };
  });
  return {
    buffers,
    scratch,
    peakBytes: placed.peakBytes,
    tensorBytes: Math.max(0, ...buffers.map(({ offset, bytes }) => offset + bytes)),
    lowerBoundBytes,
    tensorLowerBoundBytes,
  };
}

/** The largest sum of tensor bytes at one step, bytes that an output may share counted once. */
function tensorBound(
  runs: readonly Lifetime[],
  overlaps: readonly AllowedOverlap[],
  steps: number,
): number {
  const needed = liveBytes(runs, steps).map((bytes, step) => {
    const pairs = overlaps.filter(({ output }) => runs[output]?.firstStep === step);
    return bytes - savedBytes(runs, pairs);
  });
  return Math.max(0, ...needed);
}

interface PlacementProblem {
  readonly runs: readonly Lifetime[];
  readonly requests: readonly SlotRequest[];
  readonly overlaps: readonly AllowedOverlap[];
}

function placeAll({ runs, requests, overlaps }: PlacementProblem, tensors: number, bound: number) {
  const alone = allocate({ runs, overlaps }, tensors);
  const fixed: Placed[] = runs.map((run, index) => ({
    ...run,
    offset: must(alone.offsets[index], "offset of a tensor"),
  }));
  const scratch = allocate({ runs: requests, fixed }, bound);
  const apart = { offsets: [...alone.offsets, ...scratch.offsets], peakBytes: scratch.peakBytes };
  if (apart.peakBytes <= bound) return apart;
  const joint = allocate({ runs: [...runs, ...requests], overlaps }, bound);
  return joint.peakBytes < apart.peakBytes ? joint : apart;
}

/**
 * Gives every byte run of a chosen arrangement its address.
 *
 * Tensors are placed first and scratch around them, so that the tensors alone take the least; where
 * that is more than all of them need together, they are placed together, with a proof.
 */
import { must } from "../diagnostics/assert.ts";
import { type Allocation, allocate, proofOf } from "./allocate/allocate.ts";
import { lowerBound } from "./allocate/bound.ts";
import { allocateGreedily } from "./allocate/greedy.ts";
import type { Placed } from "./allocate/problem.ts";
import { type Arrangement, allOverlaps, allSlots, type SlotRequest } from "./arrangement.ts";
import { certify } from "./certificate.ts";
import type { Choice } from "./choose-forms.ts";
import type { Lifetime } from "./lifetimes.ts";
import type { AllowedOverlap } from "./overlaps.ts";
import type { Plan, ScratchSlot, TensorBuffer } from "./types.ts";

/** What placement decides of a plan. */
export type Layout = Pick<
  Plan,
  | "buffers"
  | "scratch"
  | "peakBytes"
  | "tensorBytes"
  | "lowerBoundBytes"
  | "tensorLowerBoundBytes"
  | "certificate"
  | "pools"
>;

/** What a placement without a search takes. */
export function quickPeak(arrangement: Arrangement, { forms, boundBytes }: Choice): number {
  const overlaps = allOverlaps(arrangement, forms);
  const all = [...arrangement.runs, ...allSlots(arrangement, forms)];
  return allocateGreedily({ runs: all, overlaps }, boundBytes).peakBytes;
}

export function layOut(arrangement: Arrangement, choice: Choice): Layout {
  const { runs } = arrangement;
  const overlaps = allOverlaps(arrangement, choice.forms);
  const requests = allSlots(arrangement, choice.forms);
  const tensors = allocate({ runs, overlaps });
  const { tensorLevel = false } = arrangement;
  const placed = placeAll({ runs, requests, overlaps, tensorLevel }, tensors);
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
    lowerBoundBytes: placed.lowerBoundBytes,
    tensorLowerBoundBytes: tensors.lowerBoundBytes,
    certificate: certify([...runs, ...requests], overlaps, placed),
  };
}

interface PlacementProblem {
  readonly runs: readonly Lifetime[];
  readonly requests: readonly SlotRequest[];
  readonly overlaps: readonly AllowedOverlap[];
  /** The tensors alone have to take the least, whatever that costs. */
  readonly tensorLevel: boolean;
}

function placeAll(
  { runs, requests, overlaps, tensorLevel }: PlacementProblem,
  tensors: Allocation,
): Allocation {
  const fixed: Placed[] = runs.map((run, index) => ({
    ...run,
    offset: must(tensors.offsets[index], "offset of a tensor"),
  }));
  const all = { runs: [...runs, ...requests], overlaps };
  const bound = lowerBound(all);
  const around = allocateGreedily({ runs: requests, fixed }, bound.bytes);
  const offsets = [...tensors.offsets, ...around.offsets];
  const { peakBytes } = around;
  if (peakBytes === bound.bytes) {
    return { offsets, peakBytes, proof: "bound", lowerBoundBytes: peakBytes, bound, nodes: 0 };
  }
  const together = allocate(all);
  const end = runs.reduce(
    (most, { bytes }, index) => Math.max(most, (together.offsets[index] ?? 0) + bytes),
    0,
  );
  const isBetter = together.peakBytes < peakBytes;
  if (isBetter && (!tensorLevel || end <= tensors.peakBytes)) return together;
  const proof = proofOf(around, bound, together.lowerBoundBytes);
  return { ...together, offsets, peakBytes, proof };
}

/**
 * The lower bound that needs no search: what one step needs, whatever the addresses.
 *
 * All runs alive at a step lie apart, so their bytes add up, less what allowed pairs may share: a
 * pair its overlap at the nearest, all pairs together no more than all their outputs and no more
 * than all their inputs, since inputs lie apart from inputs and outputs from outputs.
 */
import { must } from "../../diagnostics/assert.ts";
import { type AllowedOverlap, savedBytes } from "../overlaps.ts";
import type { Placeable, Problem } from "./problem.ts";

export interface StepBound {
  readonly bytes: number;
  readonly step: number;
}

/** The first of the steps that need the most; needs rise only where a run begins. */
export function lowerBound({ runs, fixed = [], overlaps = [] }: Problem): StepBound {
  const all: readonly Placeable[] = [...runs, ...fixed];
  const steps = [...new Set(all.map(({ firstStep }) => firstStep))].sort((a, b) => a - b);
  const pairs = pairsAt(all, overlaps, steps);
  const ends = [...all].sort((a, b) => a.lastStep - b.lastStep);
  const starts = [...all].sort((a, b) => a.firstStep - b.firstStep);
  let [alive, begun, ended] = [0, 0, 0];
  let best: StepBound = { bytes: 0, step: 0 };
  for (const step of steps) {
    for (let run = starts[begun]; run && run.firstStep <= step; run = starts[++begun]) {
      alive += run.bytes;
    }
    for (let run = ends[ended]; run && run.lastStep < step; run = ends[++ended]) alive -= run.bytes;
    const bytes = alive - savedBytes(all, pairs.get(step) ?? []);
    if (bytes > best.bytes) best = { bytes, step };
  }
  return best;
}

/** The pairs that are alive together at each of these steps. */
function pairsAt(
  runs: readonly Placeable[],
  overlaps: readonly AllowedOverlap[],
  steps: readonly number[],
): Map<number, AllowedOverlap[]> {
  const positions = new Map(steps.map((step, position) => [step, position]));
  const found = new Map<number, AllowedOverlap[]>();
  for (const pair of overlaps) {
    const [input, output] = [must(runs[pair.input], "input"), must(runs[pair.output], "output")];
    const last = Math.min(input.lastStep, output.lastStep);
    const first = positions.get(Math.max(input.firstStep, output.firstStep)) ?? steps.length;
    for (const step of steps.slice(first)) {
      if (step > last) break;
      found.set(step, [...(found.get(step) ?? []), pair]);
    }
  }
  return found;
}

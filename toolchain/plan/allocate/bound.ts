/**
 * The lower bound that needs no search: what one step needs, whatever the addresses.
 *
 * All runs alive at a step lie apart, so their bytes add up, less what allowed pairs may share: a
 * pair its overlap at the nearest, all pairs together no more than all their outputs and no more
 * than all their inputs, since inputs lie apart from inputs and outputs from outputs. Where few
 * runs are alive and alignment can make the difference, the sum gives way to the least height of
 * their stack (stack.ts), which is never less.
 */
import { must } from "../../diagnostics/assert.ts";
import { type AllowedOverlap, savedBytes } from "../overlaps.ts";
import { type Placeable, type Problem, together } from "./problem.ts";
import { STACKED_RUNS_MAX, stackHeight } from "./stack.ts";

export interface StepBound {
  readonly bytes: number;
  readonly step: number;
}

/** The sum of one step, and about what alignment may add to it. */
interface StepSum extends StepBound {
  readonly pairs: readonly AllowedOverlap[];
  readonly runCount: number;
  readonly paddingBytes: number;
}

const NO_STEP: StepBound = { bytes: 0, step: 0 };

/** The first of the steps that need the most; needs rise only where a run begins. */
export function lowerBound(problem: Problem): StepBound {
  const runs: readonly Placeable[] = [...problem.runs, ...(problem.fixed ?? [])];
  const sums = sumsOf(runs, problem.overlaps ?? []);
  const first = sums.reduce<StepBound>(
    (most, sum) => (sum.bytes > most.bytes ? sum : most),
    NO_STEP,
  );
  let best: StepBound = { bytes: first.bytes, step: first.step };
  for (const { bytes, step, pairs, runCount, paddingBytes } of sums) {
    if (runCount > STACKED_RUNS_MAX || bytes + paddingBytes < best.bytes) continue;
    const height = heightAt(runs, pairs, step);
    if (height > best.bytes) best = { bytes: height, step };
  }
  return best;
}

/** Positions of the runs that are alive at a step. */
export function aliveAt(runs: readonly Placeable[], step: number): number[] {
  const now: Placeable = { bytes: 0, alignment: 1, firstStep: step, lastStep: step };
  return runs.flatMap((run, index) => (together(run, now) ? [index] : []));
}

function heightAt(
  runs: readonly Placeable[],
  pairs: readonly AllowedOverlap[],
  step: number,
): number {
  const alive = aliveAt(runs, step);
  const stacked = alive.map((index) => must(runs[index], "a run"));
  return stackHeight(
    stacked,
    pairs.map((pair): AllowedOverlap => {
      return { ...pair, input: alive.indexOf(pair.input), output: alive.indexOf(pair.output) };
    }),
  );
}

function sumsOf(runs: readonly Placeable[], overlaps: readonly AllowedOverlap[]): StepSum[] {
  const steps = [...new Set(runs.map(({ firstStep }) => firstStep))].sort((a, b) => a - b);
  const pairs = pairsAt(runs, overlaps, steps);
  const ends = [...runs].sort((a, b) => a.lastStep - b.lastStep);
  const starts = [...runs].sort((a, b) => a.firstStep - b.firstStep);
  let [begun, ended, alive, paddingBytes] = [0, 0, 0, 0];
  return steps.map((step) => {
    for (let run = starts[begun]; run && run.firstStep <= step; run = starts[++begun]) {
      alive += run.bytes;
      paddingBytes += run.alignment - 1;
    }
    for (let run = ends[ended]; run && run.lastStep < step; run = ends[++ended]) {
      alive -= run.bytes;
      paddingBytes -= run.alignment - 1;
    }
    const here = pairs.get(step) ?? [];
    const bytes = alive - savedBytes(runs, here);
    return { bytes, step, pairs: here, runCount: begun - ended, paddingBytes };
  });
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

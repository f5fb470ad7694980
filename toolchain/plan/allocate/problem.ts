/**
 * What offset allocation is asked and answers: byte runs with lifetimes, the pairs that may share
 * bytes, and addresses with how far they are proven.
 *
 * Two runs alive together must lie apart, but for pairs that a kernel allows (overlaps.ts). Both
 * are one statement here, a `Gap`: where a run may start, counted up from the start of another. An
 * allowed overlap is the ordinary disjoint pair with a gap that depends on which of the two is
 * lower (after the effective sizes of MiniMalloc, ASPLOS 2023).
 */
import { must } from "../../diagnostics/assert.ts";
import type { AllowedOverlap } from "../overlaps.ts";

export interface Placeable {
  readonly bytes: number;
  readonly alignment: number;
  readonly firstStep: number;
  readonly lastStep: number;
}

export interface Placed extends Placeable {
  readonly offset: number;
}

/** What must be placed, around what, and which pairs of `runs` may share bytes. */
export interface Problem {
  readonly runs: readonly Placeable[];
  readonly fixed?: readonly Placed[];
  readonly overlaps?: readonly AllowedOverlap[];
}

export interface Placement {
  /** offsets[i] belongs to runs[i]. */
  readonly offsets: readonly number[];
  /** Highest end of a run, those already placed included. */
  readonly peakBytes: number;
}

/** bound: one step needs that much; exhausted: a search found nothing lower; none: not proven. */
export type Proof = "bound" | "exhausted" | "none";

/**
 * Allowed distances up from the lower run's start: nearLow..nearHigh (none when nearLow is greater)
 * and farBytes or more.
 */
export interface Gap {
  readonly nearLow: number;
  readonly nearHigh: number;
  readonly farBytes: number;
}

/** One run as another that is alive with it sees it. */
export interface Neighbour {
  /** Position among the runs, the fixed ones after the others. */
  readonly index: number;
  /** Where the neighbour may start above this run, and this run above the neighbour. */
  readonly above: Gap;
  readonly below: Gap;
}

export const together = (a: Placeable, b: Placeable): boolean =>
  a.firstStep <= b.lastStep && b.firstStep <= a.lastStep;

export const alignUp = (offset: number, alignment: number): number =>
  Math.ceil(offset / alignment) * alignment;

const allRuns = ({ runs, fixed = [] }: Problem): readonly Placeable[] => [...runs, ...fixed];

/** For each run those that are alive with it and may not lie anywhere. */
export function neighbours(problem: Problem): readonly (readonly Neighbour[])[] {
  const runs = allRuns(problem);
  const pairs = pairsByRuns(problem);
  const found: Neighbour[][] = runs.map(() => []);
  const byStart = runs
    .map((run, index) => ({ run, index }))
    .filter(({ run }) => run.bytes > 0)
    .sort((a, b) => a.run.firstStep - b.run.firstStep || a.index - b.index);
  byStart.forEach(({ run, index }, position) => {
    for (let next = position + 1; next < byStart.length; next++) {
      const other = must(byStart[next], "a later run");
      if (other.run.firstStep > run.lastStep) break;
      const pair = pairs.get(pairKey(index, other.index));
      const above = gapOver(run, index, pair);
      const below = gapOver(other.run, other.index, pair);
      if (above.farBytes === 0 && below.farBytes === 0) continue;
      must(found[index], "neighbours").push({ index: other.index, above, below });
      must(found[other.index], "neighbours").push({ index, above: below, below: above });
    }
  });
  return found;
}

const pairKey = (a: number, b: number): string => `${Math.min(a, b)},${Math.max(a, b)}`;

const pairsByRuns = ({ overlaps = [] }: Problem): Map<string, AllowedOverlap> =>
  new Map(overlaps.map((pair) => [pairKey(pair.input, pair.output), pair]));

/** Where another run may start above a lower one. */
function gapOver({ bytes }: Placeable, lower: number, pair: AllowedOverlap | undefined): Gap {
  if (pair === undefined) return apart(bytes);
  // How far above its output an input must start, or above its input an output.
  const isOutputLower = pair.output === lower;
  const distance = isOutputLower ? pair.distanceBytes : -pair.distanceBytes;
  const gaps: Readonly<Record<AllowedOverlap["kind"], () => Gap>> = {
    lead: () =>
      isOutputLower ? apart(Math.min(bytes, Math.max(0, distance))) : near(0, distance, bytes),
    same: () => near(distance, distance, bytes),
    anywhere: () => apart(0),
  };
  return gaps[pair.kind]();
}

const apart = (farBytes: number): Gap => ({ nearLow: 1, nearHigh: 0, farBytes });

function near(low: number, high: number, bytes: number): Gap {
  if (high < 0 || low >= bytes) return apart(bytes);
  const isWhole = low <= 0 && high >= bytes - 1;
  return isWhole ? apart(0) : { nearLow: low, nearHigh: high, farBytes: bytes };
}

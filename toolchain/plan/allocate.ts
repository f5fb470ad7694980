/**
 * Offset allocation: places byte runs with lifetimes so that no two alive together overlap.
 *
 * The greatest sum of bytes alive at one step is a lower bound for any placement. A few greedy
 * orders (first fit at the lowest offset) usually reach it; when none does, a depth-first search
 * over orders, pruned by the best so far and limited by a count of placements, looks further.
 * Method after the survey in Sekiyama et al. 2018 and MiniMalloc (ASPLOS 2023): the classic
 * size-first and lifetime-first orders, then search. Deterministic: ties break by position.
 */
import { must } from "../diagnostics/assert.ts";

export interface Placeable {
  readonly bytes: number;
  readonly alignment: number;
  readonly firstStep: number;
  readonly lastStep: number;
}

export interface Placement {
  /** offsets[i] belongs to runs[i]. */
  readonly offsets: readonly number[];
  /** Highest end of a run, those already placed included. */
  readonly peakBytes: number;
}

export interface Placed extends Placeable {
  readonly offset: number;
}

/** Placements tried by the search before it settles for the best found. */
const SEARCH_LIMIT = 20_000;

type Order = (a: Placeable, b: Placeable) => number;

const span = (run: Placeable): number => run.lastStep - run.firstStep + 1;

const orders: readonly Order[] = [
  (a, b) => b.bytes - a.bytes,
  (a, b) => span(b) - span(a) || b.bytes - a.bytes,
  (a, b) => b.bytes * span(b) - a.bytes * span(a),
  (a, b) => a.firstStep - b.firstStep || b.bytes - a.bytes,
];

/** Places `runs` around `fixed`, as low as it can; `boundBytes` ends the search early. */
export function allocate(
  runs: readonly Placeable[],
  fixed: readonly Placed[],
  boundBytes: number,
): Placement {
  const indices = runs.map((_, index) => index);
  const at = (index: number) => must(runs[index], "a run");
  let best: Placement | null = null;
  for (const order of orders) {
    const sorted = [...indices].sort((a, b) => order(at(a), at(b)) || a - b);
    const found = placeInOrder(runs, sorted, fixed);
    if (best === null || found.peakBytes < best.peakBytes) best = found;
    if (best.peakBytes <= boundBytes) return best;
  }
  return search(runs, fixed, boundBytes, must(best, "a greedy placement"));
}

function placeInOrder(
  runs: readonly Placeable[],
  order: readonly number[],
  fixed: readonly Placed[],
): Placement {
  const placed: Placed[] = [...fixed];
  const offsets = runs.map(() => 0);
  for (const index of order) {
    const run = must(runs[index], "a run");
    const offset = lowestFit(run, placed);
    offsets[index] = offset;
    placed.push({ ...run, offset });
  }
  return { offsets, peakBytes: highestEnd(placed) };
}

const highestEnd = (placed: readonly Placed[]): number =>
  placed.reduce((peak, { offset, bytes }) => Math.max(peak, offset + bytes), 0);

/** The lowest aligned offset at which `run` overlaps no run that is alive with it. */
function lowestFit(run: Placeable, placed: readonly Placed[]): number {
  const rivals = placed
    .filter((other) => other.firstStep <= run.lastStep && run.firstStep <= other.lastStep)
    .sort((a, b) => a.offset - b.offset);
  let offset = 0;
  for (const rival of rivals) {
    if (rival.offset >= offset + run.bytes) break;
    const end = rival.offset + rival.bytes;
    offset = Math.max(offset, Math.ceil(end / run.alignment) * run.alignment);
  }
  return offset;
}

/** Depth-first over placement orders: at each level every run not yet placed, lowest fit first. */
function search(
  runs: readonly Placeable[],
  fixed: readonly Placed[],
  boundBytes: number,
  start: Placement,
): Placement {
  let best = start;
  let tries = 0;
  const offsets = runs.map(() => 0);
  const visit = (placed: readonly Placed[], open: readonly number[], peakBytes: number): void => {
    if (open.length === 0) best = { offsets: [...offsets], peakBytes };
    const candidates = open
      .map((index) => {
        const run = must(runs[index], "a run");
        return { index, run, offset: lowestFit(run, placed) };
      })
      .sort((a, b) => a.offset - b.offset || b.run.bytes - a.run.bytes || a.index - b.index);
    for (const { index, run, offset } of candidates) {
      tries += 1;
      if (best.peakBytes <= boundBytes || tries > SEARCH_LIMIT) return;
      const end = Math.max(peakBytes, offset + run.bytes);
      if (end >= best.peakBytes) continue;
      offsets[index] = offset;
      visit(
        [...placed, { ...run, offset }],
        open.filter((other) => other !== index),
        end,
      );
    }
  };
  visit(
    fixed,
    runs.map((_, index) => index),
    highestEnd(fixed),
  );
  return best;
}

/**
 * A problem as the exact search reads it: flat arrays, sections of time, and distances.
 *
 * A section is a largest set of runs alive together; every run covers consecutive sections, and two
 * runs are alive together exactly when they have a section in common. `heights` says how far above
 * a run its neighbour must start at least. A pair with an upper limit too (an exact place, or a
 * window) is a `Window`: heights alone are a relaxation of it, and its two ways to hold, near and
 * apart, are what modes.ts decides between.
 */
import { must } from "../../diagnostics/assert.ts";
import { type Gap, type Neighbour, neighbours, type Placeable, type Problem } from "./problem.ts";

export interface Window {
  readonly lower: number;
  readonly upper: number;
  readonly gap: Gap;
}

/** Runs that may share bytes, and how many at most. */
export interface Sharing {
  readonly runs: readonly [number, number];
  readonly bytes: number;
}

export interface Sections {
  readonly runs: readonly Placeable[];
  readonly bytes: Int32Array;
  readonly alignment: Int32Array;
  readonly first: Int32Array;
  readonly last: Int32Array;
  /** For each section the runs alive there; those without bytes are nowhere and stay at 0. */
  readonly alive: readonly Int32Array[];
  readonly neighbours: readonly Int32Array[];
  readonly heights: readonly Int32Array[];
  readonly windows: readonly Window[];
  readonly sharings: readonly (readonly Sharing[])[];
}

export function sectionsOf(problem: Problem): Sections {
  const { runs } = problem;
  const nearby = neighbours(problem);
  const starts = sectionStarts(runs);
  const position = (step: number) => starts.findLastIndex((start) => start <= step);
  const last = Int32Array.from(runs, ({ lastStep }) => position(lastStep));
  const first = Int32Array.from(runs, ({ firstStep }) =>
    starts.findIndex((start) => start >= firstStep),
  );
  const alive: number[][] = starts.map(() => []);
  for (const [run, from] of first.entries()) {
    if (runs[run]?.bytes === 0) continue;
    for (const section of alive.slice(from, must(last[run], "last section") + 1)) section.push(run);
  }
  return {
    runs,
    bytes: Int32Array.from(runs, ({ bytes }) => bytes),
    alignment: Int32Array.from(runs, ({ alignment }) => alignment),
    first,
    last,
    alive: alive.map((list) => Int32Array.from(list)),
    neighbours: nearby.map((list) => Int32Array.from(list, ({ index }) => index)),
    heights: nearby.map((list, lower) =>
      Int32Array.from(list, (next) =>
        hasWindow(next, lower) ? next.above.nearLow : next.above.farBytes,
      ),
    ),
    windows: nearby.flatMap((list, lower) =>
      list
        .filter((next) => hasWindow(next, lower))
        .map(({ index, above }) => ({ lower, upper: index, gap: above })),
    ),
    sharings: sharingsOf(problem),
  };
}

/** Steps whose runs are no part of another step's: where a run begins before the next one ends. */
function sectionStarts(runs: readonly Placeable[]): number[] {
  const starts = [...new Set(runs.map(({ firstStep }) => firstStep))].sort((a, b) => a - b);
  const ends = runs.map(({ lastStep }) => lastStep).sort((a, b) => a - b);
  let end = 0;
  return starts.filter((start, index) => {
    const next = starts[index + 1] ?? Number.POSITIVE_INFINITY;
    while (end < ends.length && must(ends[end], "an end") < start) end += 1;
    return must(ends[end], "an end") < next;
  });
}

/** Both ways at distance 0 are one; the search then places the run with height 0 first. */
function hasWindow({ index, above, below }: Neighbour, lower: number): boolean {
  if (above.nearLow > above.nearHigh) return false;
  if (above.nearHigh > 0) return true;
  return below.farBytes > 0 && (below.nearLow > below.nearHigh || lower < index);
}

/** For each run the others that it may share bytes with. */
function sharingsOf({ runs, overlaps = [] }: Problem): Sharing[][] {
  const found: Sharing[][] = runs.map(() => []);
  for (const { input, output, kind, distanceBytes } of overlaps) {
    const [from, to] = [must(runs[input], "input run"), must(runs[output], "output run")];
    const most = kind === "anywhere" ? to.bytes : Math.min(to.bytes, to.bytes - distanceBytes);
    const bytes = Math.max(0, Math.min(from.bytes, most));
    const sharing: Sharing = { runs: [input, output], bytes };
    must(found[input], "sharings").push(sharing);
    must(found[output], "sharings").push(sharing);
  }
  return found;
}

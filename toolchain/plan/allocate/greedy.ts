/**
 * Quick placements: the classic orders, largest, longest, earliest or latest first, each run at the
 * lowest address where it may lie beside those before it (after the survey in Sekiyama et al.,
 * 2018). Deterministic: ties break by position.
 */
import { must } from "../../diagnostics/assert.ts";
import {
  alignUp,
  type Gap,
  type Neighbour,
  neighbours,
  type Placeable,
  type Placement,
  type Problem,
} from "./problem.ts";

type Order = (a: Placeable, b: Placeable) => number;

const span = (run: Placeable): number => run.lastStep - run.firstStep + 1;

const orders: readonly Order[] = [
  (a, b) => b.bytes - a.bytes,
  (a, b) => span(b) - span(a) || b.bytes - a.bytes,
  (a, b) => b.bytes * span(b) - a.bytes * span(a),
  (a, b) => a.firstStep - b.firstStep || b.bytes - a.bytes,
  // Last first: each output stands before the input that must lie above it.
  (a, b) => b.lastStep - a.lastStep || b.firstStep - a.firstStep || b.bytes - a.bytes,
];

/** The best of a few orders; one that keeps to `boundBytes` ends the trials. */
export function allocateGreedily(problem: Problem, boundBytes: number): Placement {
  const { runs } = problem;
  const nearby = neighbours(problem);
  const indices = runs.map((_, index) => index);
  const at = (index: number) => must(runs[index], "a run");
  let best: Placement | null = null;
  for (const order of orders) {
    const sorted = [...indices].sort((a, b) => order(at(a), at(b)) || a - b);
    const found = placeInOrder(problem, nearby, sorted);
    if (best === null || found.peakBytes < best.peakBytes) best = found;
    if (best.peakBytes <= boundBytes) break;
  }
  return must(best, "a greedy placement");
}

function placeInOrder(
  { runs, fixed = [] }: Problem,
  nearby: readonly (readonly Neighbour[])[],
  order: readonly number[],
): Placement {
  const offsets: (number | undefined)[] = runs.map(() => undefined);
  offsets.push(...fixed.map(({ offset }) => offset));
  let peakBytes = Math.max(0, ...fixed.map(({ offset, bytes }) => offset + bytes));
  for (const index of order) {
    const { bytes, alignment } = must(runs[index], "a run");
    const offset = lowestFit(must(nearby[index], "neighbours"), offsets, alignment);
    offsets[index] = offset;
    peakBytes = Math.max(peakBytes, offset + bytes);
  }
  return { offsets: runs.map((_, index) => must(offsets[index], "an offset")), peakBytes };
}

/** The lowest aligned offset at which a run may lie beside those of its neighbours with a place. */
function lowestFit(
  nearby: readonly Neighbour[],
  offsets: readonly (number | undefined)[],
  alignment: number,
): number {
  const forbidden = nearby
    .flatMap(({ index, above, below }) => {
      const other = offsets[index];
      // Seen from the neighbour, this run is above where the neighbour is below this run.
      return other === undefined ? [] : forbiddenOffsets(other, below, above);
    })
    .sort((a, b) => a.low - b.low);
  let offset = 0;
  for (const { low, high } of forbidden) {
    if (offset < low) break;
    if (offset < high) offset = alignUp(high, alignment);
  }
  return offset;
}

/** Offsets low..high-1. */
interface Interval {
  readonly low: number;
  readonly high: number;
}

/** Where a run must not start: above another at `origin` nearer than `up`, below it than `down`. */
function forbiddenOffsets(origin: number, up: Gap, down: Gap): Interval[] {
  return [
    ...distancesForbidden(up).map(({ low, high }) => ({ low: origin + low, high: origin + high })),
    ...distancesForbidden(down).map(({ low, high }) => {
      return { low: origin - high + 1, high: Math.min(origin - low + 1, origin) };
    }),
  ].filter(({ low, high }) => low < high);
}

function distancesForbidden({ nearLow, nearHigh, farBytes }: Gap): Interval[] {
  if (nearLow > nearHigh) return [{ low: 0, high: farBytes }];
  return [
    { low: 0, high: nearLow },
    { low: nearHigh + 1, high: farBytes },
  ];
}

/**
 * The least height of a few runs that are alive at one step, alignments included.
 *
 * Runs that share bytes, directly or through others, form a cluster: pairs connect it, it covers an
 * interval without holes, and clusters lie apart. So in any placement of a set S some cluster C is
 * on top and starts no lower than the others end, which is height(S - C) at least. C starts at the
 * start of its lowest run, whichever that is: at a multiple of the least alignment in C, since
 * alignments are powers of two. From there it reaches as far as its bytes less what its pairs may
 * share (savedBytes), a distance below zero sharing no more than either run. The least end over all
 * C that pairs can connect thus bounds height(S): dynamic programming over subsets, exact without
 * pairs. Runs of a pair that lie apart are two clusters. A run without bytes may be counted: on the
 * floor it adds nothing.
 */
import { must } from "../../diagnostics/assert.ts";
import { type AllowedOverlap, savedBytes } from "../overlaps.ts";
import { alignUp, type Placeable } from "./problem.ts";

/** Subsets are as many as 2 to this power. */
export const STACKED_RUNS_MAX = 10;

interface Cluster extends Pick<Placeable, "bytes" | "alignment"> {
  /** One bit for each run. */
  readonly members: number;
}

/** `pairs` holds positions in `runs`, which are STACKED_RUNS_MAX at most. */
export function stackHeight(runs: readonly Placeable[], pairs: readonly AllowedOverlap[]): number {
  const clusters = clustersOf(runs, pairs);
  const heights = [0];
  for (let set = 1; set < 1 << runs.length; set++) {
    let height = Number.POSITIVE_INFINITY;
    for (const { members, bytes, alignment } of clusters) {
      if ((members & ~set) !== 0) continue;
      const floor = must(heights[set ^ members], "a smaller set");
      height = Math.min(height, alignUp(floor, alignment) + bytes);
    }
    heights.push(height);
  }
  return must(heights.at(-1), "the whole set");
}

/** All sets of runs that pairs connect, each run alone included. */
function clustersOf(runs: readonly Placeable[], pairs: readonly AllowedOverlap[]): Cluster[] {
  const connected = new Set(runs.map((_, run) => 1 << run));
  for (const members of connected) {
    for (const pair of pairs.map(bitsOf)) if ((members & pair) !== 0) connected.add(members | pair);
  }
  return [...connected].map((members) => {
    const inside = runs.filter((_, run) => (members & (1 << run)) !== 0);
    const own = pairs.filter((pair) => (bitsOf(pair) & ~members) === 0);
    const bytes = inside.reduce((sum, run) => sum + run.bytes, -savedBytes(runs, own));
    return { members, bytes, alignment: Math.min(...inside.map((run) => run.alignment)) };
  });
}

const bitsOf = ({ input, output }: AllowedOverlap): number => (1 << input) | (1 << output);

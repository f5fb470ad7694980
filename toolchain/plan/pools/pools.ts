/**
 * Two pools in one range of addresses, where a board has fast and slow RAM: a layout that is larger
 * than the fast RAM is laid out again, with the runs that serve the most accesses at the bottom.
 *
 * The fast pool begins at address 0, the slow one where it ends, so a port can map each to its own
 * RAM. Each is placed by itself; runs share bytes only within a pool. If the allocator cannot keep
 * to the fast RAM, the run above its end that serves the least moves to the slow pool, and the
 * choice is no longer known to be the best.
 */
import { must } from "../../diagnostics/assert.ts";
import { allocate } from "../allocate/allocate.ts";
import { alignUp } from "../allocate/problem.ts";
import type { Layout } from "../place.ts";
import type { Certificate, Pools } from "../types.ts";
import { fastSet, type PoolProblem } from "./fast-set.ts";

export interface PooledLayout extends Layout {
  readonly pools: Pools;
}

/** accesses[i] belongs to run i of the layout's certificate. */
export function intoPools(
  layout: Layout,
  accesses: readonly number[],
  fastRamBytes: number,
): PooledLayout {
  const { runs, overlaps } = layout.certificate;
  const problem = { runs, overlaps, accesses };
  const alignment = Math.max(1, ...runs.map((run) => run.alignment));
  const capacity = fastRamBytes - (fastRamBytes % alignment);
  const best = fastSet(problem, capacity);
  const fast = placeWithin(problem, best.members, capacity);
  const others = runs.flatMap((_, run) => (fast.offsets.has(run) ? [] : [run]));
  const slow = placePart(problem, others);
  const boundary = alignUp(fast.peakBytes, alignment);
  const offsets = runs.map((_, run) => {
    const offset = slow.offsets.get(run);
    return offset === undefined
      ? must(fast.offsets.get(run), "offset of a fast run")
      : boundary + offset;
  });
  const served = (members: Iterable<number>) =>
    [...members].reduce((sum, run) => sum + must(accesses[run], "accesses of a run"), 0);
  const pools: Pools = {
    pools: [
      { name: "fast", offset: 0, bytes: boundary, accesses: served(fast.offsets.keys()) },
      { name: "slow", offset: boundary, bytes: slow.peakBytes, accesses: served(others) },
    ],
    fastAccessesBound: best.boundAccesses,
  };
  return { ...moved(layout, offsets), pools };
}

interface Part {
  /** By positions of runs. */
  readonly offsets: ReadonlyMap<number, number>;
  readonly peakBytes: number;
}

function placePart({ runs, overlaps }: PoolProblem, members: readonly number[]): Part {
  const positions = new Map(members.map((run, position) => [run, position]));
  const pairs = overlaps.flatMap((pair) => {
    const [input, output] = [positions.get(pair.input), positions.get(pair.output)];
    return input === undefined || output === undefined ? [] : [{ ...pair, input, output }];
  });
  const own = members.map((run) => must(runs[run], "a run"));
  const { offsets, peakBytes } = allocate({ runs: own, overlaps: pairs });
  const placed = members.map((run, position) => {
    return [run, must(offsets[position], "an offset")] as const;
  });
  return { offsets: new Map(placed), peakBytes };
}

/** Placements that are tried; then all runs that end too high move away at once. */
const PLACEMENTS_MAX = 16;

function placeWithin(problem: PoolProblem, members: readonly number[], capacity: number): Part {
  let left = members;
  for (let tries = 1; ; tries++) {
    const part = placePart(problem, left);
    if (part.peakBytes <= capacity) return part;
    const above = left
      .filter((run) => endOf(problem, part, run) > capacity)
      .sort((a, b) => (problem.accesses[a] ?? 0) - (problem.accesses[b] ?? 0));
    const leaving = new Set(tries < PLACEMENTS_MAX ? above.slice(0, 1) : above);
    left = left.filter((run) => !leaving.has(run));
    if (tries >= PLACEMENTS_MAX) return restricted(problem, part, left);
  }
}

const endOf = ({ runs }: PoolProblem, { offsets }: Part, run: number): number =>
  must(offsets.get(run), "an offset") + must(runs[run], "a run").bytes;

function restricted(problem: PoolProblem, part: Part, members: readonly number[]): Part {
  const offsets = members.map((run) => [run, must(part.offsets.get(run), "an offset")] as const);
  const ends = members.map((run) => endOf(problem, part, run));
  return { offsets: new Map(offsets), peakBytes: Math.max(0, ...ends) };
}

/** The same runs at other addresses: tensors first, then scratch, as in the certificate. */
function moved(layout: Layout, offsets: readonly number[]): Layout {
  const at = (position: number) => must(offsets[position], "a new offset");
  const end = (placed: readonly { readonly offset: number; readonly bytes: number }[]) =>
    Math.max(0, ...placed.map(({ offset, bytes }) => offset + bytes));
  const tensors = layout.buffers.length;
  const buffers = layout.buffers.map((run, index) => ({ ...run, offset: at(index) }));
  const scratch = layout.scratch.map((slot, index) => ({ ...slot, offset: at(tensors + index) }));
  const peakBytes = end([...buffers, ...scratch]);
  const { runs, overlaps, least } = layout.certificate;
  const gap = { kind: "gap", lowerBoundBytes: layout.lowerBoundBytes } as const;
  const certificate: Certificate = {
    peakBytes,
    runs: runs.map((run, index) => ({ ...run, offset: at(index) })),
    overlaps,
    // What is known of one pool holds for two as well.
    least: peakBytes === layout.lowerBoundBytes ? least : gap,
  };
  return { ...layout, buffers, scratch, peakBytes, tensorBytes: end(buffers), certificate };
}

/**
 * Offset allocation: places byte runs with lifetimes as low as it can, and says how far that is
 * proven.
 *
 * Greedy orders first; where the best of them is above the lower bound, the exact search (exact.ts)
 * is asked for less: the bound itself, then halfway between what is known not to fit and what fits.
 * A capacity that the search gives up on counts as not fitting for the halving, but proves nothing.
 */
import { lowerBound, type StepBound } from "./bound.ts";
import { type Budget, pack, ranksOf } from "./exact.ts";
import { allocateGreedily } from "./greedy.ts";
import type { Placement, Problem, Proof } from "./problem.ts";
import { sectionsOf } from "./sections.ts";

export interface Allocation extends Placement {
  readonly proof: Proof;
  /** No placement is lower; equals peakBytes unless proof is "none". */
  readonly lowerBoundBytes: number;
  /** What one step needs. */
  readonly bound: StepBound;
  /** Nodes that were searched. */
  readonly nodes: number;
}

/** Work of a search grows with the runs: so many nodes times runs, all capacities together. */
const WORK_MAX = 600_000;
/** Of what is left of it, the share that one capacity may take. */
const SHARE = 1 / 3;

export function allocate(problem: Problem, workMax = WORK_MAX): Allocation {
  const bound = lowerBound(problem);
  const greedy = allocateGreedily(problem, bound.bytes);
  if (greedy.peakBytes <= bound.bytes) {
    return { ...greedy, proof: "bound", lowerBoundBytes: bound.bytes, bound, nodes: 0 };
  }
  const sections = sectionsOf(problem);
  const ranks = ranksOf(sections);
  let best: Placement = greedy;
  let [low, proven, nodes] = [bound.bytes, bound.bytes, 0];
  let left = Math.ceil(workMax / problem.runs.length);
  for (let capacity = low; low < best.peakBytes; capacity = halfway(low, best.peakBytes)) {
    const share = Math.ceil(left * SHARE);
    const budget: Budget = { nodes: share };
    const { outcome, offsets } = pack(sections, ranks, capacity, budget);
    nodes += share - budget.nodes;
    left -= share - budget.nodes;
    if (outcome === "found") best = { offsets, peakBytes: highestEnd(problem, offsets) };
    else low = capacity + 1;
    if (outcome === "none") proven = low;
  }
  return { ...best, proof: proofOf(best, bound, proven), lowerBoundBytes: proven, bound, nodes };
}

/** What the bound of a step, and what a search proved, say of a placement. */
export function proofOf({ peakBytes }: Placement, bound: StepBound, provenBytes: number): Proof {
  if (peakBytes === bound.bytes) return "bound";
  return peakBytes === provenBytes ? "exhausted" : "none";
}

const halfway = (low: number, peakBytes: number): number => Math.floor((low + peakBytes - 1) / 2);

const highestEnd = ({ runs }: Problem, offsets: readonly number[]): number =>
  runs.reduce((peak, { bytes }, index) => Math.max(peak, (offsets[index] ?? 0) + bytes), 0);

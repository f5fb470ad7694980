/**
 * Which segments to run together: cuts of the steps into pieces, one step or several streamed ones.
 *
 * What a piece needs and costs does not depend on the others, so dynamic programming over the cut
 * points is exact: under a RAM budget f(i), the fewest instructions of the first i steps, is the
 * least over the pieces that end there of f(where it begins) and the piece's own within the budget.
 * The least budget that any cut meets is found the same way. Budgets in between are geometric.
 */
import { must } from "../../diagnostics/assert.ts";
import type { Choice } from "../choose-forms.ts";

/** Steps that are planned as one. */
export interface Piece {
  readonly firstStep: number;
  readonly lastStep: number;
  /** What it can need and cost, least need first; no entry beats another. */
  readonly front: readonly Pick<Choice, "boundBytes" | "instructions">[];
}

export interface Segmentation<P extends Piece> {
  readonly pieces: readonly P[];
  /** The largest need of a piece, each at its least. */
  readonly leastBytes: number;
}

/** Budgets that are tried; each gives at most one segmentation. */
const BUDGETS_MAX = 48;

/** Cuts of all steps worth trying, least need first; none when the pieces do not cover them. */
export function segmentations<P extends Piece>(
  stepCount: number,
  pieces: readonly P[],
  most: number,
): Segmentation<P>[] {
  const least = leastBudget(stepCount, pieces);
  const fastest = cheapest(stepCount, pieces, Number.POSITIVE_INFINITY);
  if (least === null || fastest === null) return [];
  const largest = Math.max(...fastest.map(({ front }) => front.at(-1)?.boundBytes ?? 0));
  const positions = new Map(pieces.map((piece, position) => [piece, position]));
  const distinct = new Map<string, Segmentation<P>>();
  for (const budget of budgets(least, largest)) {
    const found = must(cheapest(stepCount, pieces, budget), "a cut within the budget");
    const key = found.map((piece) => positions.get(piece)).join(" ");
    const leastBytes = Math.max(...found.map(({ front }) => front[0]?.boundBytes ?? 0));
    if (!distinct.has(key)) distinct.set(key, { pieces: found, leastBytes });
  }
  return thinned([...distinct.values()], most).sort((a, b) => a.leastBytes - b.leastBytes);
}

/** From the least to the largest, each in the same ratio to the one before. */
function budgets(least: number, largest: number): number[] {
  const ratio = (Math.max(largest, least) / Math.max(1, least)) ** (1 / (BUDGETS_MAX - 1));
  return Array.from({ length: BUDGETS_MAX }, (_, index) => Math.round(least * ratio ** index));
}

/** At most so many, the first and the last among them. */
function thinned<T>(all: readonly T[], most: number): T[] {
  if (all.length <= most) return [...all];
  return Array.from({ length: most }, (_, index) => {
    return must(all[Math.round((index * (all.length - 1)) / (most - 1))], "one of all");
  });
}

/** The least budget that some cut meets; null: there is none. */
export function leastBudget(stepCount: number, pieces: readonly Piece[]): number | null {
  const needs = shortest(stepCount, pieces, (before, { front }) => {
    return Math.max(before, front[0]?.boundBytes ?? Number.POSITIVE_INFINITY);
  });
  return needs === null ? null : needs.cost;
}

/** The pieces of the fastest cut within a budget; null: none meets it. */
function cheapest<P extends Piece>(
  stepCount: number,
  pieces: readonly P[],
  budget: number,
): P[] | null {
  const found = shortest(stepCount, pieces, (before, { front }) => {
    const fitting = front.findLast(({ boundBytes }) => boundBytes <= budget);
    return before + (fitting?.instructions ?? Number.POSITIVE_INFINITY);
  });
  return found === null ? null : found.pieces;
}

/** The best way over the steps, pieces being edges from their first step to behind their last. */
function shortest<P extends Piece>(
  stepCount: number,
  pieces: readonly P[],
  extend: (before: number, piece: P) => number,
): { cost: number; pieces: P[] } | null {
  const costs = Array.from({ length: stepCount + 1 }, () => Number.POSITIVE_INFINITY);
  const arrivals: (P | undefined)[] = costs.map(() => undefined);
  costs[0] = 0;
  for (const piece of [...pieces].sort((a, b) => a.lastStep - b.lastStep)) {
    const end = piece.lastStep + 1;
    const cost = extend(must(costs[piece.firstStep], "cost of a cut"), piece);
    if (!(cost < must(costs[end], "cost of a cut"))) continue;
    costs[end] = cost;
    arrivals[end] = piece;
  }
  const cost = must(costs[stepCount], "cost of all steps");
  if (cost === Number.POSITIVE_INFINITY) return null;
  const way: P[] = [];
  for (let end = stepCount; end > 0; ) {
    const piece = must(arrivals[end], "a piece that ends at a cut");
    way.unshift(piece);
    end = piece.firstStep;
  }
  return { cost, pieces: way };
}

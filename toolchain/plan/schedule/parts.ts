/**
 * Cuts an order problem where everything passes through one operator: whatever runs before it in
 * one order runs before it in all. Each part is solved by itself, and the largest need counts.
 *
 * With operators numbered in a valid order, all later ones descend from operator p when each has a
 * predecessor at p or later (by induction from p + 1 on), and all earlier ones lead to it when each
 * has a successor at p or earlier. So a part is a range of the definition order.
 */
import { must } from "../../diagnostics/assert.ts";
import type { Operator } from "./order-problem.ts";

/** Operators from..to-1. */
export interface Part {
  readonly from: number;
  readonly to: number;
}

/** The parts that leave a choice, in order: ranges of operators that no cut operator is in. */
export function partsOf(operators: readonly Operator[]): Part[] {
  const parts: Part[] = [];
  let from = 0;
  for (const cut of [...cuts(operators), operators.length]) {
    if (cut - from > 1) parts.push({ from, to: cut });
    from = cut + 1;
  }
  return parts;
}

/** Operators that every other one is ahead of or behind. */
function cuts(operators: readonly Operator[]): number[] {
  const latestBefore = operators.map(({ after }) => Math.max(-1, ...after));
  const earliestAfter = operators.map(() => operators.length);
  for (const [index, { after }] of operators.entries()) {
    for (const other of after) {
      earliestAfter[other] = Math.min(must(earliestAfter[other], "an operator"), index);
    }
  }
  // hasAllLater[p]: every operator behind p has a predecessor at p or later.
  const hasAllLater = operators.map(() => true);
  let earliest = operators.length;
  for (let index = operators.length - 1; index >= 0; index--) {
    hasAllLater[index] = earliest >= index;
    earliest = Math.min(earliest, must(latestBefore[index], "an operator"));
  }
  let latest = -1;
  return operators.flatMap((_, index) => {
    const isCut = latest <= index && hasAllLater[index] === true;
    latest = Math.max(latest, must(earliestAfter[index], "an operator"));
    return isCut ? [index] : [];
  });
}

/**
 * The order that needs the least memory: the parts of a problem one by one, the dearest first, each
 * as good as the others let it count. Exact where the search ends within its limit of states, which
 * parts of up to 32 operators do, and 48 usually; beyond it a beam, and the gap is known.
 */
import { type LocalPart, localPart } from "./local-part.ts";
import { largestNeed, type OrderProblem, stepNeeds } from "./order-problem.ts";
import { partsOf } from "./parts.ts";
import { beam, bestFirst, type Found, type Limits } from "./search.ts";

export interface Ordered {
  /** Operators in the order found; the definition's where none needs less. */
  readonly order: readonly number[];
  readonly definitionBytes: number;
  readonly peakBytes: number;
  readonly lowerBoundBytes: number;
  /** States that were looked at. */
  readonly states: number;
}

/** Work of all exact searches of a problem, and of each beam: states times operators of a part. */
const EXACT_WORK_MAX = 16_000_000;
const BEAM_WORK_MAX = 2_600_000;
/** Beams of a part, each aiming halfway between what is known and what is not yet ruled out. */
const BEAM_ROUNDS = 5;
const BEAM_WIDTH = { least: 16, most: 256 };

const largest = (needs: readonly number[]): number =>
  needs.reduce((most, need) => Math.max(most, need), 0);

export function leastOrder(problem: OrderProblem): Ordered {
  const order = [...problem.operators.keys()];
  const needs = stepNeeds(problem, order);
  const definitionBytes = largestNeed(problem, order);
  const parts = partsOf(problem.operators).map((part) => {
    return { ...part, needBytes: largest(needs.slice(part.from, part.to)) };
  });
  const inParts = new Set(parts.flatMap(({ from, to }) => order.slice(from, to)));
  const outside = needs.filter((_, index) => !inParts.has(index));
  let floorBytes = largest(outside);
  let lowerBoundBytes = floorBytes;
  let states = 0;
  let workLeft = EXACT_WORK_MAX;
  for (const part of parts.sort((a, b) => b.needBytes - a.needBytes || a.from - b.from)) {
    if (part.needBytes <= floorBytes) break;
    const limits = { floorBytes, knownBytes: part.needBytes };
    const found = solve(localPart(problem, part), limits, workLeft);
    // A bound as low as the floor says nothing about the part.
    if (found.lowerBoundBytes > floorBytes) {
      lowerBoundBytes = Math.max(lowerBoundBytes, found.lowerBoundBytes);
    }
    floorBytes = Math.max(floorBytes, found.peakBytes);
    states += found.states;
    workLeft -= found.states * (part.to - part.from);
    found.order?.forEach((index, position) => {
      order[part.from + position] = part.from + index;
    });
  }
  return {
    order,
    definitionBytes,
    peakBytes: largestNeed(problem, order),
    lowerBoundBytes,
    states,
  };
}

function solve(part: LocalPart, limits: Limits, workMax: number): Found {
  const size = part.operators.length;
  const exact = bestFirst(part, limits, Math.floor(workMax / size));
  const { lowerBoundBytes } = exact;
  if (exact.order !== null || lowerBoundBytes === limits.knownBytes) return exact;
  const fitting = Math.floor(BEAM_WORK_MAX / size ** 2);
  const width = Math.max(BEAM_WIDTH.least, Math.min(BEAM_WIDTH.most, fitting));
  let best: Found = exact;
  let low = lowerBoundBytes;
  for (let round = 0; round < BEAM_ROUNDS && low < best.peakBytes; round++) {
    const floorBytes = Math.floor((low + best.peakBytes) / 2);
    const found = beam(part, { floorBytes, knownBytes: best.peakBytes }, width);
    const states = best.states + found.states;
    if (found.order === null) low = floorBytes + 1;
    best = { ...(found.order === null ? best : found), lowerBoundBytes, states };
  }
  return best;
}

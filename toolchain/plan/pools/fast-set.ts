/**
 * Which byte runs live in fast RAM: those that serve the most accesses of all sets that fit it at
 * every step.
 *
 * Dynamic programming over the steps. What a step asks of earlier choices is only which fast runs
 * are still alive, so of all choices that agree on those the best one is enough: exact, and fast
 * where few runs are alive together. With more states than STATES_MAX the best are kept; what the
 * others could have reached at most is the gap. A set fits a step when the least that its runs
 * need there, allowed overlaps included, does (allocate/bound.ts); no superset needs less.
 */
import { must } from "../../diagnostics/assert.ts";
import type { Placeable } from "../allocate/problem.ts";
import { type AllowedOverlap, savedBytes } from "../overlaps.ts";

export interface PoolProblem {
  readonly runs: readonly Placeable[];
  readonly overlaps: readonly AllowedOverlap[];
  /** accesses[i] belongs to runs[i]. */
  readonly accesses: readonly number[];
}

export interface FastSet {
  /** Positions of runs, rising. */
  readonly members: readonly number[];
  readonly accesses: number;
  /** No set that fits serves more. */
  readonly boundAccesses: number;
}

/** The choices up to a step. */
interface State {
  /** Fast runs that are alive. */
  readonly alive: readonly number[];
  readonly accesses: number;
  readonly chosen: Chosen | null;
}

interface Chosen {
  readonly run: number;
  readonly before: Chosen | null;
}

const STATES_MAX = 2048;

export function fastSet(problem: PoolProblem, capacity: number): FastSet {
  const { runs, accesses } = problem;
  const fits = fitting(problem, capacity);
  const order = runs.map((_, run) => run).sort((a, b) => firstOf(runs, a) - firstOf(runs, b));
  let toCome = accesses.reduce((sum, count) => sum + count, 0);
  let states: readonly State[] = [{ alive: [], accesses: 0, chosen: null }];
  let missed = 0;
  for (const run of order) {
    const count = must(accesses[run], "accesses of a run");
    toCome -= count;
    const branches = withoutDead(states, runs, firstOf(runs, run)).flatMap((state) => {
      const alive = [...state.alive, run];
      if (count === 0 || !fits(alive)) return [state];
      const chosen = { run, before: state.chosen };
      return [state, { alive, accesses: state.accesses + count, chosen }];
    });
    const ranked = branches.sort((a, b) => b.accesses - a.accesses);
    const best = ranked[STATES_MAX];
    if (best) missed = Math.max(missed, best.accesses + toCome);
    states = ranked.slice(0, STATES_MAX);
  }
  const { chosen, accesses: served } = must(states[0], "a choice");
  return { members: listed(chosen), accesses: served, boundAccesses: Math.max(served, missed) };
}

const firstOf = (runs: readonly Placeable[], run: number): number =>
  must(runs[run], "a run").firstStep;

/** Of the states that have the same runs alive at a step, the best. */
function withoutDead(
  states: readonly State[],
  runs: readonly Placeable[],
  step: number,
): readonly State[] {
  const found = new Map<string, State>();
  for (const state of states) {
    const alive = state.alive.filter((run) => must(runs[run], "a run").lastStep >= step);
    const key = alive.join();
    const known = found.get(key);
    if (!known || known.accesses < state.accesses) found.set(key, { ...state, alive });
  }
  return [...found.values()];
}

/** Whether runs that are alive together may all lie in so many bytes. */
function fitting({ runs, overlaps }: PoolProblem, capacity: number) {
  const pairsOf = new Map<number, AllowedOverlap[]>();
  for (const pair of overlaps) {
    pairsOf.set(pair.output, [...(pairsOf.get(pair.output) ?? []), pair]);
  }
  return (alive: readonly number[]): boolean => {
    const bytes = alive.reduce((sum, run) => sum + must(runs[run], "a run").bytes, 0);
    if (bytes <= capacity) return true;
    const pairs = alive.flatMap((output) =>
      (pairsOf.get(output) ?? []).filter(({ input }) => alive.includes(input)),
    );
    return bytes - savedBytes(runs, pairs) <= capacity;
  };
}

function listed(chosen: Chosen | null): number[] {
  const members: number[] = [];
  for (let at = chosen; at !== null; at = at.before) members.push(at.run);
  return members.sort((a, b) => a - b);
}

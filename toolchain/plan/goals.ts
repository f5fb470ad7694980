/**
 * What to spend memory on: from the ways to run a graph to the one that a goal asks for.
 *
 * Candidates are the Pareto fronts of all arrangements, each choice with the least RAM that it can
 * take (its bound). A goal ranks candidates by their RAM, so the search is best-first: candidates
 * are placed in the order of what their bounds promise, until no promise beats the best placement.
 * Time is a ratio to the fastest choice that streams nothing.
 */
import { must } from "../diagnostics/assert.ts";
import { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Arrangement } from "./arrangement.ts";
import { type Choice, paretoChoices } from "./choose-forms.ts";
import { codeBytes } from "./instance.ts";
import { leanest } from "./leanest.ts";
import { layOut, quickPeak } from "./place.ts";
import type { Optimize, ParetoPoint } from "./types.ts";

/** An arrangement and a form for each of its steps. */
export interface Candidate {
  readonly arrangement: Arrangement;
  readonly choice: Choice;
}

export interface Goal {
  readonly optimize: Optimize;
  /** The fastest plan whose peak is at most this. */
  readonly ramBudgetBytes?: number | undefined;
  /** The leanest plan that takes at most so many times the fastest one's instructions. */
  readonly latencyBudget?: number | undefined;
  /** No plan that reads more of the weights in a prediction. */
  readonly weightReadsMax?: WeightReads | undefined;
  /** The board's runtime runs code in place, so that only linear memory takes RAM. */
  readonly runsInPlace?: boolean | undefined;
}

/** So many bytes, or so many times all weights. */
export interface WeightReads {
  readonly unit: "bytes" | "weights";
  readonly count: number;
}

/** How far --optimize goes: least peak * slowdown ^ exponent up to a slowdown. */
interface Tradeoff {
  readonly slowdownMax: number;
  readonly exponent: number;
  /** Rows may stream where that takes at most so many times longer; 0: never. */
  readonly streamSlowdownMax: number;
  /** At an equal peak, less code for at most so many times the time. */
  readonly codeSlowdownMax: number;
}

const tradeoffs: Readonly<Record<Optimize, Tradeoff>> = {
  speed: { slowdownMax: 1.002, exponent: 0, streamSlowdownMax: 0, codeSlowdownMax: 1.001 },
  balanced: { slowdownMax: 1.03, exponent: 3, streamSlowdownMax: 0, codeSlowdownMax: 1.005 },
  ram: { slowdownMax: 1.15, exponent: 0.4, streamSlowdownMax: 1.004, codeSlowdownMax: 1 },
};

/** The candidate that a goal asks for; `arrangements` begins with the one that streams nothing. */
export function choose(arrangements: readonly Arrangement[], goal: Goal): Candidate {
  const field = fieldOf(arrangements, goal);
  if (goal.ramBudgetBytes !== undefined) return within(field, goal.ramBudgetBytes);
  if (goal.latencyBudget !== undefined) return leanestWithin(field, goal, goal.latencyBudget);
  return balance(field, goal);
}

/** Candidates to choose from, and the fastest time without streams. */
interface Field {
  readonly candidates: readonly Candidate[];
  readonly fastest: number;
  readonly weightBytesReadMax: number;
  /** Real peak of a candidate. */
  readonly peakOf: (candidate: Candidate) => number;
}

function fieldOf(arrangements: readonly Arrangement[], goal: Goal): Field {
  const fronts = arrangements.map((arrangement) =>
    paretoChoices(arrangement.steps).map((choice): Candidate => ({ arrangement, choice })),
  );
  const all = fronts.flat();
  const { choice } = must(fronts[0]?.at(-1), "a plan without streams");
  const weightBytesReadMax = readsMax(goal, choice);
  const candidates = all.filter((other) => other.choice.weightBytesRead <= weightBytesReadMax);
  if (candidates.length === 0) throw tooManyReads(weightBytesReadMax, all);
  return { candidates, fastest: choice.instructions, weightBytesReadMax, peakOf: placing() };
}

function readsMax({ weightReadsMax }: Goal, { forms }: Choice): number {
  if (weightReadsMax === undefined) return Number.POSITIVE_INFINITY;
  const { unit, count } = weightReadsMax;
  const weightBytes = forms.reduce((sum, form) => sum + (form?.weights.length ?? 0), 0);
  return unit === "bytes" ? count : Math.floor(count * weightBytes);
}

/** Placements are remembered: goals come back to the same candidates. */
function placing(): Field["peakOf"] {
  const known = new Map<Choice, number>();
  return ({ arrangement, choice }) => {
    const quick = known.get(choice) ?? quickPeak(arrangement, choice);
    const peak = quick <= choice.boundBytes ? quick : layOut(arrangement, choice).peakBytes;
    known.set(choice, peak);
    return peak;
  };
}

const streams = ({ arrangement }: Candidate): boolean => arrangement.segments.length > 0;

/** Less is better; what comes first of equals. */
type Score = (candidate: Candidate, peakBytes: number) => number;

/** Placements that one search tries at most. */
const PLACEMENTS_MAX = 24;

/** The candidate of the least score, which never falls with the peak; undefined: there is none. */
function best(candidates: readonly Candidate[], peakOf: Field["peakOf"], score: Score) {
  const promised = candidates
    .map((candidate) => ({ candidate, least: score(candidate, candidate.choice.boundBytes) }))
    .filter(({ least }) => least < Number.POSITIVE_INFINITY)
    .sort((a, b) => a.least - b.least);
  let found: { readonly candidate: Candidate; readonly score: number } | undefined;
  for (const { candidate, least } of promised.slice(0, PLACEMENTS_MAX)) {
    if (found !== undefined && found.score <= least) break;
    const real = score(candidate, peakOf(candidate));
    if (found === undefined || real < found.score) found = { candidate, score: real };
  }
  return found?.candidate;
}

/** --optimize: the knee of the curve, then cheap streams, then less code at the same peak. */
function balance(field: Field, goal: Goal): Candidate {
  const { candidates, fastest, weightBytesReadMax, peakOf } = field;
  const { slowdownMax, exponent, ...more } = tradeoffs[goal.optimize];
  const slowdown = ({ choice }: Candidate) => choice.instructions / fastest;
  const upTo = (most: number) => candidates.filter((candidate) => slowdown(candidate) <= most);
  const product: Score = (candidate, peak) => peak * slowdown(candidate) ** exponent;
  // A model whose input arrives by rows has none that does not stream.
  const mustStream = candidates.every(streams);
  const first = upTo(slowdownMax).filter((candidate) => mustStream || !streams(candidate));
  const knee = best(first, peakOf, product) ?? fastestOf(candidates);
  const limit = slowdown(knee) * more.streamSlowdownMax;
  const chosen = best(upTo(limit), peakOf, (_, peak) => peak) ?? knee;
  const most = Math.max(slowdownMax, slowdown(chosen));
  return goal.runsInPlace
    ? chosen
    : withLessCode(chosen, peakOf, {
        instructionsMax: Math.min(slowdown(chosen) * more.codeSlowdownMax, most) * fastest,
        boundBytesMax: chosen.choice.boundBytes,
        weightBytesReadMax,
      });
}

function fastestOf(candidates: readonly Candidate[]): Candidate {
  const faster = (a: Candidate, b: Candidate) =>
    b.choice.instructions < a.choice.instructions ? b : a;
  return candidates.reduce(faster);
}

function withLessCode(
  chosen: Candidate,
  peakOf: Field["peakOf"],
  limits: Parameters<typeof leanest>[2],
): Candidate {
  const { arrangement, choice } = chosen;
  const lean = { arrangement, choice: leanest(arrangement.steps, choice, limits) };
  return peakOf(lean) <= peakOf(chosen) ? lean : chosen;
}

/** --ram-budget: the fastest candidate whose placement keeps it. */
function within({ candidates, peakOf }: Field, budget: number): Candidate {
  const found = best(candidates, peakOf, ({ choice }, peak) =>
    peak <= budget ? choice.instructions : Number.POSITIVE_INFINITY,
  );
  if (found !== undefined && peakOf(found) <= budget) return found;
  const least = must(
    best(candidates, peakOf, (_, peak) => peak),
    "a candidate",
  );
  if (peakOf(least) <= budget) return least;
  throw overBudget(budget, peakOf(least));
}

/** --latency-budget: the least RAM on the board. */
function leanestWithin(field: Field, goal: Goal, most: number): Candidate {
  const { candidates, fastest, weightBytesReadMax, peakOf } = field;
  const instructionsMax = fastest * most;
  const fitting = candidates.filter(({ choice }) => choice.instructions <= instructionsMax);
  const starts = fitting.length === 0 ? [fastestOf(candidates)] : thinned(fitting, STARTS_MAX);
  if (goal.runsInPlace)
    return must(
      best(fitting, peakOf, (_, peak) => peak),
      "a candidate",
    );
  const lean = starts.map(({ arrangement, choice }): Candidate => {
    const limits = { instructionsMax, weightBytesReadMax };
    return { arrangement, choice: leanest(arrangement.steps, choice, limits) };
  });
  const onBoard: Score = ({ choice }, peak) => peak + codeBytes(choice.forms);
  return must(best(lean, peakOf, onBoard), "a lean candidate");
}

/** Choices from which the search for the leanest code starts. */
const STARTS_MAX = 24;

/** At most so many of them, both ends among them. */
function thinned<T>(items: readonly T[], most: number): T[] {
  if (items.length <= most) return [...items];
  const at = (index: number) => Math.round((index * (items.length - 1)) / (most - 1));
  return Array.from({ length: most }, (_, index) => must(items[at(index)], "an item"));
}

const POINTS_MAX = 24;

/** What each kilobyte costs: plans that --ram-budget gives for their own peaks, leanest first. */
export function paretoFront(arrangements: readonly Arrangement[], goal: Goal): ParetoPoint[] {
  const field = fieldOf(arrangements, goal);
  const front = unbeaten(field.candidates);
  const found = thinned(front, POINTS_MAX).map((candidate) =>
    within(field, field.peakOf(candidate)),
  );
  return [...new Set(found)].map((candidate) => pointOf(candidate, field.peakOf(candidate)));
}

/** Those that no other beats in both bound and time, leanest first. */
function unbeaten(candidates: readonly Candidate[]): Candidate[] {
  const sorted = [...candidates].sort(
    ({ choice: a }, { choice: b }) =>
      a.boundBytes - b.boundBytes || a.instructions - b.instructions,
  );
  let fastest = Number.POSITIVE_INFINITY;
  return sorted.filter(({ choice: { instructions } }) => {
    const isFaster = instructions < fastest;
    fastest = Math.min(fastest, instructions);
    return isFaster;
  });
}

function pointOf({ arrangement, choice }: Candidate, peakBytes: number): ParetoPoint {
  return {
    peakBytes,
    predictedInstructions: choice.instructions,
    weightBytesRead: choice.weightBytesRead,
    deviceBytes: peakBytes + codeBytes(choice.forms),
    segments: arrangement.segments.map(({ firstStep, lastStep }) => [firstStep, lastStep]),
  };
}

export function overBudget(budget: number, least: number): Diagnostic {
  const over = `${least - budget} B over the budget of ${budget} B`;
  const message = `the least RAM found is ${least} B, ${over}`;
  return new Diagnostic("EF4002", { message, where: { option: "--ram-budget" } });
}

function tooManyReads(budget: number, candidates: readonly Candidate[]): Diagnostic {
  const least = Math.min(...candidates.map(({ choice }) => choice.weightBytesRead));
  const message = `every plan reads at least ${least} B of weights, allowed are ${budget} B`;
  const next = [`allow as many: --max-weight-reads ${least}`];
  return new Diagnostic("EF4002", { message, where: { option: "--max-weight-reads" }, next });
}

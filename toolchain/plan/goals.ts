/**
 * What to spend memory on: from the ways to run a graph to the one that a goal asks for.
 */
import { must } from "../diagnostics/assert.ts";
import { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Arrangement } from "./arrangement.ts";
import { type Choice, choiceOf, paretoChoices } from "./choose-forms.ts";
import { codeWords } from "./instance.ts";
import { leanest, settle } from "./leanest.ts";
import { quickPeak } from "./place.ts";
import type { Optimize, ParetoPoint } from "./types.ts";

/** An arrangement and a form for each of its steps. */
export interface Candidate {
  readonly arrangement: Arrangement;
  readonly choice: Choice;
}

export interface Goal {
  readonly optimize: Optimize;
  /** Choose the fastest plan whose peak is at most this. */
  readonly ramBudgetBytes?: number | undefined;
}

/** The candidate that a goal asks for; `arrangements` begins with the one that streams nothing. */
export function choose(arrangements: readonly Arrangement[], goal: Goal): Candidate {
  const arrangement = must(arrangements[0], "an arrangement");
  const { steps } = arrangement;
  const front = paretoChoices(steps);
  const { optimize, ramBudgetBytes } = goal;
  if (ramBudgetBytes !== undefined) {
    return { arrangement, choice: within(arrangement, front, ramBudgetBytes) };
  }
  const choice = choosers[optimize](arrangement, front) ?? choiceOf(steps, []);
  return { arrangement, choice };
}

/** What each kilobyte costs: the choices of an arrangement that no other beats. */
export function paretoFront(arrangements: readonly Arrangement[]): ParetoPoint[] {
  const { steps } = must(arrangements[0], "an arrangement");
  return paretoChoices(steps).map(({ boundBytes, instructions, weightBytesRead, forms }) => ({
    peakBytes: boundBytes,
    predictedInstructions: instructions,
    weightBytesRead,
    deviceBytes: boundBytes + 4 * codeWords(forms),
    segments: [],
  }));
}

/**
 * ram: the least linear memory. speed: the fastest forms. balanced: the least RAM on a board,
 * linear memory and translated code together, that costs at most BALANCED_SLOWDOWN of the fastest
 * time.
 */
const BALANCED_SLOWDOWN = 1.1;

type Chooser = (arrangement: Arrangement, front: readonly Choice[]) => Choice | undefined;

const choosers: Readonly<Record<Optimize, Chooser>> = {
  ram: (_, front) => front[0],
  balanced: (arrangement, front) => {
    const fastest = front.at(-1);
    if (fastest === undefined) return undefined;
    const limit = fastest.instructions * BALANCED_SLOWDOWN;
    const { steps } = arrangement;
    const peakOf = (choice: Choice) => quickPeak(arrangement, choice);
    return settle(steps, leanest(steps, front, limit), limit, peakOf);
  },
  speed: (_, front) => front.at(-1),
};

/** The fastest choice whose placement keeps the budget, else the one that comes nearest. */
function within(arrangement: Arrangement, front: readonly Choice[], budget: number): Choice {
  if (arrangement.steps.length === 0) return choiceOf(arrangement.steps, []);
  const promising = front.filter(({ boundBytes }) => boundBytes <= budget).reverse();
  const fits = promising.find((choice) => quickPeak(arrangement, choice) <= budget);
  const nearest = fits ?? promising.at(-1);
  if (nearest === undefined) throw overBudget(budget, front[0]?.boundBytes ?? 0);
  return nearest;
}

export function overBudget(budget: number, least: number): Diagnostic {
  const over = `${least - budget} B over the budget of ${budget} B`;
  const message = `the least RAM found is ${least} B, ${over}`;
  return new Diagnostic("EF4002", { message, where: { option: "--ram-budget" } });
}

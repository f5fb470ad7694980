/**
 * The least RAM on a board whose runtime translates code into RAM: linear memory plus code.
 *
 * Code counts once for every distinct function, so a step's best form depends on what the others
 * chose: a shared function pays only when several steps move to it together. The search is local:
 * from a choice it goes on by moves that save bytes within the limits, one step to another form or
 * all steps of one function to another function. It descends twice, once by the move that saves
 * most and once by the one that saves most for its time, and keeps the better end. Deterministic,
 * and limited by a count of moves looked at.
 */
import { must } from "../diagnostics/assert.ts";
import {
  type Choice,
  choiceOf,
  instructionsOf,
  type Option,
  optionsOf,
  type StepChoices,
} from "./choose-forms.ts";
import { codeBytes, instanceKey, WORD_BYTES } from "./instance.ts";

/** What the choice may take at most; left out: anything. */
export interface Limits {
  readonly instructionsMax: number;
  readonly boundBytesMax?: number | undefined;
  readonly weightBytesReadMax?: number | undefined;
}

/** The leanest choice found from `start`, which meets the limits. */
export function leanest(steps: readonly StepChoices[], start: Choice, limits: Limits): Choice {
  const options = optionsOf(steps);
  const first = start.forms.map((form, step) => {
    const offered = must(options[step], "options of a step");
    return must(
      offered.find((option) => option.form === form),
      "a form that the step offers",
    );
  });
  const ends = [mostSaved, mostSavedForItsTime].map((rank) =>
    choiceOf(descend(options, first, limits, rank)),
  );
  return ends.reduce((best, end) => (deviceBytes(end) < deviceBytes(best) ? end : best));
}

/** What a runtime that translates needs of RAM, as far as forms decide. */
export const deviceBytes = ({ boundBytes, forms }: Choice): number => boundBytes + codeBytes(forms);

/** Some steps to other options. */
type Move = readonly (readonly [step: number, option: Option])[];

/** What a move changes. */
interface Effect {
  readonly move: Move;
  readonly savedBytes: number;
  readonly instructions: number;
}

/** Greater: better. */
type Rank = (effect: Effect) => number;

const mostSaved: Rank = ({ savedBytes }) => savedBytes;

const mostSavedForItsTime: Rank = ({ savedBytes, instructions }) =>
  instructions <= 0 ? Number.MAX_VALUE : savedBytes / instructions;

const MOVES_MAX = 1_000_000;

function descend(
  options: readonly Option[][],
  start: readonly Option[],
  limits: Limits,
  rank: Rank,
): Option[] {
  const chosen = [...start];
  const functions = sharedFunctions(options);
  let looked = 0;
  for (let isBetter = true; isBetter && looked < MOVES_MAX; ) {
    const effectOf = effects(chosen, limits);
    let best: Effect | null = null;
    for (const move of moves(options, chosen, functions)) {
      looked += 1;
      const effect = effectOf(move);
      if (effect === null || effect.savedBytes <= 0) continue;
      if (best === null || isPreferred(rank, effect, best)) best = effect;
    }
    for (const [step, option] of best?.move ?? []) chosen[step] = option;
    isBetter = best !== null;
  }
  return chosen;
}

const isPreferred = (rank: Rank, a: Effect, b: Effect): boolean =>
  rank(a) > rank(b) || (rank(a) === rank(b) && a.savedBytes > b.savedBytes);

const keyOf = ({ form }: Option): string => (form === null ? "" : instanceKey(form));

const wordsOf = ({ form }: Option): number => form?.cost.codeWords ?? 0;

const readsOf = ({ form }: Option): number => form?.cost.weightBytesRead ?? 0;

/** What moves from these options would change; null: it breaks a limit. */
function effects(
  chosen: readonly Option[],
  { instructionsMax, boundBytesMax = Infinity, weightBytesReadMax = Infinity }: Limits,
): (move: Move) => Effect | null {
  const now = choiceOf(chosen);
  const users = new Map<string, number>();
  for (const option of chosen) users.set(keyOf(option), (users.get(keyOf(option)) ?? 0) + 1);
  const byBytes = chosen.map((option, step) => ({ step, bytes: option.bytes }));
  byBytes.sort((a, b) => b.bytes - a.bytes);
  return (move) => {
    let [instructions, reads] = [0, 0];
    for (const [step, option] of move) {
      const before = must(chosen[step], "option of a step");
      instructions += instructionsOf(option) - instructionsOf(before);
      reads += readsOf(option) - readsOf(before);
    }
    const others = byBytes.find(({ step }) => move.every(([moved]) => moved !== step));
    const bytes = move.reduce((peak, [, option]) => Math.max(peak, option.bytes), 0);
    const boundBytes = Math.max(others?.bytes ?? 0, bytes);
    const keepsLimits =
      now.instructions + instructions <= instructionsMax &&
      now.weightBytesRead + reads <= weightBytesReadMax &&
      boundBytes <= boundBytesMax;
    if (!keepsLimits) return null;
    const words = movedWords(users, chosen, move);
    return { move, instructions, savedBytes: now.boundBytes - boundBytes - words * WORD_BYTES };
  };
}

/** Words of code that a move adds: functions that it is the first to use, less those it leaves. */
function movedWords(
  users: ReadonlyMap<string, number>,
  chosen: readonly Option[],
  move: Move,
): number {
  const change = new Map<string, { count: number; words: number }>();
  const add = (option: Option, count: number) => {
    const known = change.get(keyOf(option));
    change.set(keyOf(option), { count: (known?.count ?? 0) + count, words: wordsOf(option) });
  };
  for (const [step, option] of move) {
    add(must(chosen[step], "option of a step"), -1);
    add(option, 1);
  }
  let sum = 0;
  for (const [key, { count, words }] of change) {
    const before = users.get(key) ?? 0;
    sum += words * (Number(before + count > 0) - Number(before > 0));
  }
  return sum;
}

/** For each function that several steps may use: by step, its options there. */
type Functions = readonly ReadonlyMap<number, readonly Option[]>[];

function sharedFunctions(options: readonly Option[][]): Functions {
  const found = new Map<string, Map<number, Option[]>>();
  options.forEach((offered, step) => {
    for (const option of offered) {
      const steps = found.get(keyOf(option)) ?? new Map<number, Option[]>();
      steps.set(step, [...(steps.get(step) ?? []), option]);
      found.set(keyOf(option), steps);
    }
  });
  return [...found]
    .filter(([key, steps]) => key !== "" && steps.size > 1)
    .map(([, steps]) => steps);
}

function* moves(
  options: readonly Option[][],
  chosen: readonly Option[],
  functions: Functions,
): Generator<Move> {
  for (const [step, offered] of options.entries()) {
    for (const option of offered) if (option !== chosen[step]) yield [[step, option]];
  }
  const peak = choiceOf(chosen).boundBytes;
  const users = new Map<string, number[]>();
  chosen.forEach((option, step) => {
    users.set(keyOf(option), [...(users.get(keyOf(option)) ?? []), step]);
  });
  const groups = [...users.values()].filter((steps) => steps.length > 1);
  for (const offered of functions) {
    for (const steps of [...groups, [...offered.keys()]]) {
      const moved = steps.filter((step) => offered.has(step));
      for (const pick of [fastestWithin(peak), smallest]) {
        const move = moved.map((step) => [step, pick(must(offered.get(step), "options"))] as const);
        if (move.length > 1) yield move;
      }
    }
  }
}

const smallest = (options: readonly Option[]): Option =>
  options.reduce((best, option) => (option.bytes < best.bytes ? option : best));

const fastestWithin =
  (bytes: number) =>
  (options: readonly Option[]): Option => {
    const fitting = options.filter((option) => option.bytes <= bytes);
    return fitting.length === 0
      ? smallest(options)
      : fitting.reduce((best, option) =>
          instructionsOf(option) < instructionsOf(best) ? option : best,
        );
  };

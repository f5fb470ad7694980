/**
 * Chooses a kernel form for every node: the fastest whose memory fits a RAM budget.
 *
 * A step needs the tensors alive at it and its form's scratch, less what the form lets an output
 * share with a dying input, so under a budget each step chooses for itself. Every value of
 * (alive + scratch - shared) is a budget worth trying; over all of them the pairs
 * (peak, instructions) that no other pair beats are the Pareto front of this graph. One sweep over
 * the budgets, least first, finds it: each of them lets one step take a faster form.
 */
import { assert, must } from "../diagnostics/assert.ts";
import type { KernelForm } from "../ops/op.ts";

export interface StepChoices {
  /** Tensor bytes alive at the step. */
  readonly liveBytes: number;
  /** Forms of the step's operator; empty when it runs no kernel. */
  readonly forms: readonly KernelForm[];
  /** savedBytes[i]: what forms[i] lets an output share with a dying input; left out: nothing. */
  readonly savedBytes?: readonly number[];
}

export interface Choice {
  readonly forms: readonly (KernelForm | null)[];
  /** Largest need of a step, shared bytes counted once: a lower bound of the peak. */
  readonly boundBytes: number;
  readonly instructions: number;
  readonly weightBytesRead: number;
}

/** A form of a step and what the step needs with it; form null: the step runs no kernel. */
export interface Option {
  readonly form: KernelForm | null;
  readonly bytes: number;
}

export const scratchBytes = (form: KernelForm): number =>
  form.scratch.reduce((sum, { bytes }) => sum + bytes, 0);

/** What each step needs with each of its forms, in their order; at least one a step. */
export function optionsOf(steps: readonly StepChoices[]): Option[][] {
  return steps.map(({ liveBytes, forms, savedBytes = [] }) => {
    if (forms.length === 0) return [{ form: null, bytes: liveBytes }];
    return forms.map((form, index): Option => {
      return { form, bytes: liveBytes + scratchBytes(form) - (savedBytes[index] ?? 0) };
    });
  });
}

export const instructionsOf = ({ form }: Option): number => form?.cost.instructions ?? 0;

/** What a selection of one option a step costs. */
export function choiceOf(chosen: readonly Option[]): Choice {
  const sum = (cost: "instructions" | "weightBytesRead") =>
    chosen.reduce((total, { form }) => total + (form?.cost[cost] ?? 0), 0);
  return {
    forms: chosen.map(({ form }) => form),
    boundBytes: chosen.reduce((peak, { bytes }) => Math.max(peak, bytes), 0),
    instructions: sum("instructions"),
    weightBytesRead: sum("weightBytesRead"),
  };
}

/** All choices that no other beats in both peak and time, least memory first. */
export function paretoChoices(steps: readonly StepChoices[]): Choice[] {
  const stairs = optionsOf(steps).map(staircase);
  const chosen = stairs.map(([least]) => must(least, "an option of a step"));
  const floor = choiceOf(chosen).boundBytes;
  const front: Choice[] = [];
  const record = () => {
    const choice = choiceOf(chosen);
    const last = front.at(-1);
    if (last === undefined || choice.instructions < last.instructions) front.push(choice);
  };
  const improvements = stairs
    .flatMap((options, step) => options.slice(1).map((option) => ({ step, option })))
    .sort((a, b) => a.option.bytes - b.option.bytes);
  let budget = floor;
  for (const { step, option } of improvements) {
    if (option.bytes > budget) record();
    budget = Math.max(budget, option.bytes);
    chosen[step] = option;
  }
  record();
  return front;
}

/** The options of a step that no other beats in both bytes and time, least bytes first. */
function staircase(options: readonly Option[]): Option[] {
  const sorted = [...options].sort(
    (a, b) => a.bytes - b.bytes || instructionsOf(a) - instructionsOf(b),
  );
  const kept: Option[] = [];
  for (const option of sorted) {
    const last = kept.at(-1);
    if (last === undefined || instructionsOf(option) < instructionsOf(last)) kept.push(option);
  }
  assert(kept.length > 0, "a step has at least one option");
  return kept;
}

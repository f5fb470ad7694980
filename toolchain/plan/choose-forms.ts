/**
 * Chooses a kernel form for every node: the fastest whose scratch fits a RAM budget.
 *
 * A step needs the tensors alive at it plus its form's scratch, so under a budget each step chooses
 * for itself. Every value of (alive + scratch) is a budget worth trying; over all of them the pairs
 * (peak, instructions) that no other pair beats are the Pareto front of this graph.
 */
import type { KernelForm } from "../ops/op.ts";

export interface StepChoices {
  /** Tensor bytes alive at the step. */
  readonly liveBytes: number;
  /** Forms of the step's operator; empty when it runs no kernel. */
  readonly forms: readonly KernelForm[];
}

export interface Choice {
  readonly forms: readonly (KernelForm | null)[];
  /** Largest sum of live tensors and scratch over the steps: a lower bound of the peak. */
  readonly boundBytes: number;
  readonly instructions: number;
  readonly weightBytesRead: number;
}

export const scratchBytes = (form: KernelForm): number =>
  form.scratch.reduce((sum, { bytes }) => sum + bytes, 0);

/** What a selection of one form a step costs. */
export function choiceOf(
  steps: readonly StepChoices[],
  forms: readonly (KernelForm | null)[],
): Choice {
  const peaks = steps.map(({ liveBytes }, step) => {
    const form = forms[step] ?? null;
    return liveBytes + (form === null ? 0 : scratchBytes(form));
  });
  const chosen = forms.filter((form) => form !== null);
  return {
    forms,
    boundBytes: Math.max(0, ...peaks),
    instructions: chosen.reduce((sum, { cost }) => sum + cost.instructions, 0),
    weightBytesRead: chosen.reduce((sum, { cost }) => sum + cost.weightBytesRead, 0),
  };
}

/** The fastest forms within a budget; null when some step has none. */
export function chooseWithin(steps: readonly StepChoices[], budgetBytes: number): Choice | null {
  const forms: (KernelForm | null)[] = [];
  for (const { liveBytes, forms: offered } of steps) {
    const fitting = offered.filter((form) => liveBytes + scratchBytes(form) <= budgetBytes);
    if (liveBytes > budgetBytes || (offered.length > 0 && fitting.length === 0)) return null;
    forms.push(fastest(fitting));
  }
  return choiceOf(steps, forms);
}

function fastest(forms: readonly KernelForm[]): KernelForm | null {
  const better = (a: KernelForm, b: KernelForm) =>
    b.cost.instructions < a.cost.instructions ||
    (b.cost.instructions === a.cost.instructions && scratchBytes(b) < scratchBytes(a));
  return forms.reduce<KernelForm | null>(
    (best, form) => (best === null || better(best, form) ? form : best),
    null,
  );
}

/** All choices that no other beats in both peak and time, least memory first. */
export function paretoChoices(steps: readonly StepChoices[]): Choice[] {
  const budgets = new Set(
    steps.flatMap(({ liveBytes, forms }) =>
      forms.length === 0 ? [liveBytes] : forms.map((form) => liveBytes + scratchBytes(form)),
    ),
  );
  const front: Choice[] = [];
  for (const budget of [...budgets].sort((a, b) => a - b)) {
    const choice = chooseWithin(steps, budget);
    const last = front.at(-1);
    if (choice === null) continue;
    if (last === undefined || choice.instructions < last.instructions) front.push(choice);
  }
  return front;
}

/**
 * What kernels cost on a core other than the one that forms were measured on.
 *
 * Forms give Cortex-M4F instructions by kind of work. A core takes so many of its own for each; the
 * ratios are measured on emulated cores and are data (boards/*.json).
 */
import type { KernelCost, KernelForm, Work, WorkKind } from "../ops/op.ts";
import { workKinds } from "../ops/op.ts";

/** Instructions of a core for one of a Cortex-M4F. */
export type CoreRatios = Readonly<Record<"plain" | WorkKind, number>>;

export function instructionsOn(ratios: CoreRatios, { instructions, work = {} }: KernelCost) {
  const priced = workKinds.map((kind) => (work[kind] ?? 0) * (ratios[kind] - ratios.plain));
  return Math.round(priced.reduce((sum, more) => sum + more, instructions * ratios.plain));
}

function workOn(ratios: CoreRatios, work: Work | undefined): Pick<KernelCost, "work"> {
  if (work === undefined) return {};
  const priced = workKinds.map((kind) => [kind, (work[kind] ?? 0) * ratios[kind]]);
  return { work: Object.fromEntries(priced) };
}

/** The form with its cost on that core. */
export const onCore =
  (ratios: CoreRatios) =>
  (form: KernelForm): KernelForm => {
    const { cost } = form;
    const work = workOn(ratios, cost.work);
    return { ...form, cost: { ...cost, ...work, instructions: instructionsOn(ratios, cost) } };
  };

/**
 * What a stranger needs to check a plan's addresses and its claim to be the least.
 *
 * The certificate restates the placement problem (runs, and the pairs that may share bytes), the
 * addresses, and why no other addresses need less: the step that needs as much, with the runs alive
 * there, whose stack (allocate/stack.ts) anyone can build again; or that a search found nothing; or
 * how far it is not proven. tests/plan/certificate-checker.mjs reads nothing else. That the runs
 * are the model's, and the pairs what the kernels keep to, is for check-plan.ts and the tests of
 * the forms.
 */
import type { Allocation } from "./allocate/allocate.ts";
import { aliveAt } from "./allocate/bound.ts";
import type { Placeable } from "./allocate/problem.ts";
import type { AllowedOverlap } from "./overlaps.ts";
import type { Certificate, CertifiedRun, LeastBytes } from "./types.ts";

type NamedRun = Placeable & { readonly name: string };

export function certify(
  runs: readonly NamedRun[],
  overlaps: readonly AllowedOverlap[],
  allocation: Allocation,
): Certificate {
  const placed = runs.map(
    ({ name, bytes, alignment, firstStep, lastStep }, index): CertifiedRun => {
      const offset = allocation.offsets[index] ?? 0;
      return { name, bytes, alignment, firstStep, lastStep, offset };
    },
  );
  const { peakBytes } = allocation;
  return { peakBytes, runs: placed, overlaps, least: leastOf(runs, allocation) };
}

function leastOf(runs: readonly Placeable[], allocation: Allocation): LeastBytes {
  const { proof, nodes, lowerBoundBytes, bound } = allocation;
  if (proof === "none") return { kind: "gap", lowerBoundBytes };
  if (proof === "exhausted") return { kind: "search", nodes };
  return { kind: "bound", step: bound.step, runs: aliveAt(runs, bound.step) };
}

/**
 * What a stranger needs to check a plan's addresses and its claim to be the least.
 *
 * The certificate restates the placement problem (runs, and the pairs that may share bytes), the
 * addresses, and why no other addresses need less: a step whose bytes add up to as much, or whose
 * stack does with its alignments; or that a search found nothing; or how far it is not proven.
 * tests/plan/certificate-checker.mjs reads nothing else, stack-checker.mjs the second. That the
 * runs are the model's, and the pairs what the kernels keep to, is for check-plan.ts and the tests
 * of the forms.
 */
import { must } from "../diagnostics/assert.ts";
import type { Allocation } from "./allocate/allocate.ts";
import { aliveAt } from "./allocate/bound.ts";
import type { Placeable } from "./allocate/problem.ts";
import { type AllowedOverlap, savedBytes } from "./overlaps.ts";
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
  return { peakBytes, runs: placed, overlaps, least: leastOf(runs, overlaps, allocation) };
}

function leastOf(
  runs: readonly Placeable[],
  overlaps: readonly AllowedOverlap[],
  { proof, nodes, lowerBoundBytes, bound: { step }, peakBytes }: Allocation,
): LeastBytes {
  if (proof === "none") return { kind: "gap", lowerBoundBytes };
  if (proof === "exhausted") return { kind: "search", nodes };
  const alive = aliveAt(runs, step);
  const sharedBytes = savedBytes(
    runs,
    overlaps.filter(({ input, output }) => alive.includes(input) && alive.includes(output)),
  );
  const bytes = alive.reduce((sum, index) => sum + must(runs[index], "a run").bytes, 0);
  const kind = bytes - sharedBytes === peakBytes ? "bound" : "stack";
  return { kind, step, runs: alive, sharedBytes };
}

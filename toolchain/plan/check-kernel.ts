/**
 * The checker's view of one run of a kernel: what it reads, writes and scribbles on.
 *
 * Operands overlap only as the form allows, and the form finds the scratch that it asks for.
 */
import { assert, must } from "../diagnostics/assert.ts";
import type { TensorIndex } from "../ir/graph.ts";
import type { KernelForm, Overlap } from "../ops/op.ts";
import { type Contents, type Range, SCRATCH, type Span } from "./check-contents.ts";
import { kernelScratch, type Place } from "./places.ts";
import type { Plan } from "./types.ts";

/** A plan on its way through memory. */
export interface Replay {
  readonly plan: Plan;
  readonly places: ReadonlyMap<TensorIndex, Place>;
  /** What each tensor consists of: itself, or bytes of the tensors that it only renames. */
  readonly spans: readonly (readonly Span[])[];
  readonly contents: Contents;
}

/** A range with its position among the node's inputs or outputs, where it has one. */
export interface Operand extends Range {
  readonly input?: number;
  readonly output?: number;
}

export interface KernelRun {
  readonly read: readonly Operand[];
  readonly written: readonly Operand[];
  /** Left out: all of the step's. */
  readonly scratch?: readonly Range[];
}

/** Checks the operands against each other; afterwards nothing is known of the scratch. */
export function checkKernel(
  { plan, contents }: Replay,
  step: number,
  form: KernelForm,
  { read, written, scratch = kernelScratch(plan, step) }: KernelRun,
): void {
  form.scratch.forEach(({ name, bytes, alignment }, index) => {
    const slot = must(scratch[index], `place of '${name}'`);
    const fits = slot.bytes >= bytes && slot.offset % alignment === 0;
    assert(fits, `plan: '${name}' of step ${step} needs ${bytes} B aligned to ${alignment}`);
  });
  checkDisjoint(step, [...written, ...scratch], read, form.overlaps ?? []);
  for (const slot of scratch) contents.put(slot, SCRATCH);
}

/** A kernel's inputs, outputs and scratch overlap only as its form says. */
function checkDisjoint(
  step: number,
  written: readonly Operand[],
  read: readonly Operand[],
  allowed: readonly Overlap[],
): void {
  written.forEach((range, index) => {
    for (const other of [...written.slice(index + 1), ...read]) {
      const below = range.offset + range.bytes <= other.offset;
      const above = other.offset + other.bytes <= range.offset;
      const distance = other.offset - range.offset;
      const stated = allowed.some(
        ({ input, output, kind, distanceBytes }) =>
          input === other.input && output === range.output && holds[kind](distance, distanceBytes),
      );
      const fine = below || above || stated;
      assert(fine, `plan: step ${step} writes byte ${range.offset} that it also uses`);
    }
  });
}

/** Whether an output that starts this far below an input keeps what the form needs. */
const holds: Readonly<Record<Overlap["kind"], (distance: number, stated: number) => boolean>> = {
  lead: (distance, stated) => distance >= stated,
  same: (distance, stated) => distance === stated,
  anywhere: () => true,
};

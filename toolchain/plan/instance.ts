/**
 * Instances: forms with equal kernel file, entry and constants are one function in the module.
 */
import type { KernelForm } from "../ops/op.ts";

/** Forms are immutable, and the planner asks for their keys very often. */
const keys = new WeakMap<KernelForm, string>();

/** Equal keys, equal function. */
export function instanceKey(form: KernelForm): string {
  const known = keys.get(form);
  if (known !== undefined) return known;
  const { source, entry, constants } = form;
  const values = Object.entries(constants).sort(([a], [b]) => (a < b ? -1 : 1));
  const key = [source, entry, ...values.map(([name, value]) => `${name}=${value}`)].join(" ");
  keys.set(form, key);
  return key;
}

/** Words of translated code that the forms need together, each function once. */
export function codeWords(forms: readonly (KernelForm | null)[]): number {
  const distinct = new Map<string, number>();
  for (const form of forms) {
    if (form !== null) distinct.set(instanceKey(form), form.cost.codeWords);
  }
  return [...distinct.values()].reduce((sum, words) => sum + words, 0);
}

/** A word of translated code on 32-bit chips. */
export const WORD_BYTES = 4;

export const codeBytes = (forms: readonly (KernelForm | null)[]): number =>
  codeWords(forms) * WORD_BYTES;

/**
 * "Did you mean": the known name nearest to what was typed, for verbs, options and boards.
 *
 * Distance is Damerau-Levenshtein in its restricted form (insert, delete, replace, swap of two
 * neighbours), by the textbook recurrence. A name further away than a third of its length is no
 * suggestion, except one edit for the shortest: a wrong hint is worse than none.
 */
import { must } from "./assert.ts";

export function editDistance(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, column) => column)];
  const at = (row: number, column: number) => must(rows[row]?.[column], "edit distance cell");
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    rows.push(row);
    for (let j = 1; j <= b.length; j++) {
      const replaced = at(i - 1, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped =
        i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
          ? at(i - 2, j - 2) + 1
          : Number.POSITIVE_INFINITY;
      row.push(Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, replaced, swapped));
    }
  }
  return at(a.length, b.length);
}

/** The nearest of `names`, or undefined when none is near enough to be what was meant. */
export function nearest(typed: string, names: readonly string[]): string | undefined {
  const ranked = names
    .map((name) => ({ name, distance: editDistance(typed.toLowerCase(), name.toLowerCase()) }))
    .filter(({ name, distance }) => distance <= Math.max(1, Math.floor(name.length / 3)))
    .sort((a, b) => a.distance - b.distance);
  return ranked[0]?.name;
}

/** A next step for a Diagnostic, or none. */
export function didYouMean(typed: string, names: readonly string[]): string[] {
  const name = nearest(typed, names);
  return name === undefined ? [] : [`did you mean ${name}?`];
}

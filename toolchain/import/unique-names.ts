/**
 * Model formats let tensors share a name or have none; graphs do not. The first owner keeps its
 * name, later ones get "_2", "_3" and so on, and never a name that another item wanted.
 */
export function uniqueNames(wanted: readonly string[], fallback: string): string[] {
  const taken = new Set(wanted);
  const seen = new Set<string>();
  const counts = new Map<string, number>();
  return wanted.map((wish, index) => {
    const base = wish === "" ? `${fallback}_${index}` : wish;
    let name = base;
    while (seen.has(name) || (name !== wish && taken.has(name))) {
      const count = (counts.get(base) ?? 1) + 1;
      counts.set(base, count);
      name = `${base}_${count}`;
    }
    seen.add(name);
    return name;
  });
}

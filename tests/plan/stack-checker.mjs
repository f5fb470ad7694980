/**
 * The bound of a certificate whose kind is "stack", with no edgeflash code: how high the runs alive
 * at a step reach at least, however they are stacked, what their alignments cost included.
 */

/** What is wrong with the bound; nothing for certificates of another kind. */
export function stackProblemsOf({ peakBytes, runs, overlaps, least }) {
  if (least.kind !== "stack") return [];
  const { step } = least;
  const isAlive = ({ firstStep, lastStep }) => firstStep <= step && step <= lastStep;
  const alive = [...runs.keys()].filter((i) => isAlive(runs[i]));
  const isStated = String(alive) === String(least.runs);
  const isPowerOfTwo = runs.every(({ alignment }) => 2 ** 30 % alignment === 0);
  const isReached = leastHeight(runs, overlaps, alive) === peakBytes;
  return isStated && isPowerOfTwo && isReached ? [] : [`step ${step} needs other bytes`];
}

/** What these runs need however they are stacked: see toolchain/plan/allocate/stack.ts. */
export function leastHeight(runs, overlaps, alive) {
  const sum = (values) => values.reduce((total, value) => total + value, 0);
  const bytes = (some) => sum([...new Set(some)].map((i) => runs[i].bytes));
  const clusterOf = (some, set) => {
    const pairs = overlaps.filter((p) => some.includes(p.input) && some.includes(p.output));
    const sides = [bytes(pairs.map((p) => p.input)), bytes(pairs.map((p) => p.output))];
    const room = pairs.map((p) => Math.max(0, runs[p.output].bytes - p.distanceBytes));
    const shared = sum(pairs.map((p, at) => Math.min(runs[p.input].bytes, room[at])));
    const unit = Math.min(...some.map((i) => runs[i].alignment));
    return { set, unit, bytes: bytes(some) - Math.min(shared, ...sides) };
  };
  if (alive.length > 10) return clusterOf(alive).bytes;
  const bit = (i) => (alive.includes(i) ? 1 << alive.indexOf(i) : 0);
  const sets = new Set(alive.map(bit));
  const pairs = overlaps.map((p) => bit(p.input) && bit(p.output) && bit(p.input) | bit(p.output));
  for (const set of sets) for (const pair of pairs) if (set & pair) sets.add(set | pair);
  const clusters = [...sets].map((set) =>
    clusterOf(
      alive.filter((i) => bit(i) & set),
      set,
    ),
  );
  const heights = [0];
  for (let all = 1; all < 1 << alive.length; all++) {
    const tops = clusters.filter(({ set }) => (set & all) === set);
    const end = ({ set, unit, bytes }) => Math.ceil(heights[all ^ set] / unit) * unit + bytes;
    heights[all] = Math.min(...tops.map(end));
  }
  return heights.at(-1);
}

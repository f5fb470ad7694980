/**
 * Checks a plan's certificate with no edgeflash code: problemsOf() lists what is wrong. Nothing
 * means that the addresses are right, the peak is theirs and, for "bound", that none are lower.
 *     node tests/plan/certificate-checker.mjs plan.json     (of: edgeflash plan MODEL --json)
 */
import { readFileSync } from "node:fs";

export function problemsOf({ peakBytes, runs, overlaps, least }) {
  const problems = [];
  const expect = (holds, problem) => holds || problems.push(problem);
  const mayShare = ({ input, output, kind, distanceBytes }) => {
    const beyond = runs[input].offset - runs[output].offset - distanceBytes;
    return kind === "anywhere" || beyond === 0 || (kind === "lead" && beyond > 0);
  };
  for (const [i, { offset, bytes, alignment, firstStep, lastStep }] of runs.entries()) {
    expect(offset >= 0 && offset % alignment === 0 && 2 ** 30 % alignment === 0, `${i} is askew`);
    const isFine = (b, j) => {
      if (b.firstStep > lastStep || b.lastStep < firstStep) return true;
      if (offset + bytes <= b.offset || b.offset + b.bytes <= offset) return true;
      const pairs = overlaps.filter((p) => p.input + p.output === i + j);
      return pairs.some((p) => (p.input === i || p.output === i) && mayShare(p));
    };
    expect(runs.slice(0, i).every(isFine), `run ${i} shares bytes`);
  }
  const highest = Math.max(0, ...runs.map(({ offset, bytes }) => offset + bytes));
  expect(highest === peakBytes, `the peak is ${highest}`);
  if (least.kind === "gap") expect(least.lowerBoundBytes < peakBytes, "there is no gap");
  if (least.kind !== "bound") return problems;
  const isAlive = ({ firstStep, lastStep }) => firstStep <= least.step && least.step <= lastStep;
  const alive = [...runs.keys()].filter((i) => isAlive(runs[i]));
  expect(String(alive) === String(least.runs), `other runs are alive at step ${least.step}`);
  expect(leastHeight(runs, overlaps, alive) === peakBytes, "the step needs other bytes");
  return problems;
}

/** What these runs need however they are stacked: see toolchain/plan/allocate/stack.ts. */
function leastHeight(runs, overlaps, alive) {
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

if (process.argv[1]?.endsWith("certificate-checker.mjs")) {
  const problems = problemsOf(JSON.parse(readFileSync(process.argv[2], "utf8")).certificate);
  if (problems.length > 0) throw new Error(problems.join("\n"));
}

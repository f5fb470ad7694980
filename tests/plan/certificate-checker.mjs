/**
 * Checks a plan's certificate with no edgeflash code: problemsOf() lists what is wrong. Nothing
 * means that the addresses are right, the peak is theirs and, for "bound", that none are lower.
 *     node tests/plan/certificate-checker.mjs plan.json     (of: edgeflash plan MODEL --json)
 */
import { readFileSync } from "node:fs";

export function problemsOf({ peakBytes, runs, overlaps, least }) {
  const problems = [];
  const expect = (holds, problem) => holds || problems.push(problem);
  const isAllowed = ({ input, output, kind, distanceBytes }) => {
    const beyond = runs[input].offset - runs[output].offset - distanceBytes;
    return kind === "anywhere" || beyond === 0 || (kind === "lead" && beyond > 0);
  };
  for (const [i, a] of runs.entries()) {
    expect(a.offset >= 0 && a.offset % a.alignment === 0, `${a.name} has no proper place`);
    for (const [j, b] of runs.slice(0, i).entries()) {
      const isTogether = a.firstStep <= b.lastStep && b.firstStep <= a.lastStep;
      const isApart = a.offset + a.bytes <= b.offset || b.offset + b.bytes <= a.offset;
      const isPair = (p) => Math.min(p.input, p.output) === j && Math.max(p.input, p.output) === i;
      const isFine = !isTogether || isApart || overlaps.some((p) => isPair(p) && isAllowed(p));
      expect(isFine, `${a.name} and ${b.name} share bytes`);
    }
  }
  const highest = Math.max(0, ...runs.map(({ offset, bytes }) => offset + bytes));
  expect(highest === peakBytes, `the peak is ${highest}`);
  if (least.kind === "gap") expect(least.lowerBoundBytes < peakBytes, "there is no gap");
  if (least.kind !== "bound") return problems; // For "stack" there is stack-checker.mjs.
  const isAlive = (i) => runs[i].firstStep <= least.step && least.step <= runs[i].lastStep;
  const alive = [...runs.keys()].filter(isAlive);
  const pairs = overlaps.filter((p) => isAlive(p.input) && isAlive(p.output));
  const bytes = (indices) => [...new Set(indices)].reduce((sum, i) => sum + runs[i].bytes, 0);
  const shared = pairs.map(({ input, output, distanceBytes }) =>
    Math.max(0, Math.min(runs[input].bytes, runs[output].bytes - distanceBytes)),
  );
  // Inputs lie apart from inputs and outputs from outputs, so pairs share no more than either.
  const sides = [bytes(pairs.map((p) => p.input)), bytes(pairs.map((p) => p.output))];
  const inPairs = shared.reduce((total, more) => total + more, 0);
  const most = Math.min(inPairs, ...sides);
  expect(String(alive) === String(least.runs), `other runs are alive at step ${least.step}`);
  expect(least.sharedBytes === most, "other bytes may be shared");
  expect(bytes(alive) - most === peakBytes, "the step needs another number of bytes");
  return problems;
}

if (process.argv[1]?.endsWith("certificate-checker.mjs")) {
  const problems = problemsOf(JSON.parse(readFileSync(process.argv[2], "utf8")).certificate);
  if (problems.length > 0) throw new Error(problems.join("\n"));
}

/**
 * The hard offset problems published with MiniMalloc (ASPLOS 2023; Apache-2.0), at their capacity:
 * most are perfect packings that no greedy order comes near. Its C++ needs 1 to 10 s for each.
 * And problems as large as the models of MLPerf Tiny, placed with a proof in a moment.
 */
import { describe, expect, it } from "vitest";
import { must } from "../../toolchain/diagnostics/assert.ts";
import { allocate } from "../../toolchain/plan/allocate/allocate.ts";
import { pack, ranksOf } from "../../toolchain/plan/allocate/exact.ts";
import { type Placeable, together } from "../../toolchain/plan/allocate/problem.ts";
import { sectionsOf } from "../../toolchain/plan/allocate/sections.ts";
import { between, xorshift32 } from "../ops/random.ts";
import { listShared, readShared, sharedDataPresent } from "../oracles/goldens.ts";

const CAPACITY_BYTES = 1_048_576;
const NODES_MAX = 2_000_000;
const CPU_SECONDS_MAX = 60;
const folder = sharedDataPresent ? "" : " (skipped: ../shared/data is absent)";

function readProblem(file: string): Placeable[] {
  const [, ...lines] = new TextDecoder()
    .decode(readShared(`minimalloc/${file}`))
    .trim()
    .split("\n");
  return lines.map((line) => {
    const [, lower = 0, upper = 0, bytes = 0] = line.split(",").map(Number);
    return { bytes, alignment: 1, firstStep: lower, lastStep: upper - 1 };
  });
}

function expectApart(runs: readonly Placeable[], offsets: readonly number[]): void {
  const sharing = runs.flatMap((a, i) => {
    const start = must(offsets[i], "offset");
    return runs.slice(0, i).filter((b, j) => {
      const other = must(offsets[j], "offset");
      return together(a, b) && start < other + b.bytes && other < start + a.bytes;
    });
  });
  expect(sharing).toEqual([]);
}

const cpuSeconds = () => process.cpuUsage().user / 1e6;

describe.skipIf(!sharedDataPresent)(`MiniMalloc's problems${folder}`, () => {
  it("are eight", () => {
    expect(listShared("minimalloc")).toHaveLength(8);
  });

  it.each(listShared("minimalloc"))("%s fits", { timeout: 300_000 }, (file) => {
    const runs = readProblem(file);
    const start = cpuSeconds();
    const sections = sectionsOf({ runs });
    const { outcome, offsets } = pack(sections, ranksOf(sections), CAPACITY_BYTES, {
      nodes: NODES_MAX,
    });
    expect(cpuSeconds() - start).toBeLessThan(CPU_SECONDS_MAX);
    expect(outcome).toBe("found");
    expectApart(runs, offsets);
    const ends = runs.map(({ bytes }, index) => must(offsets[index], "offset") + bytes);
    expect(Math.max(...ends)).toBeLessThanOrEqual(CAPACITY_BYTES);
  });
});

describe("problems of up to 100 runs", () => {
  it("are placed with a proof in 50 ms on average", () => {
    const random = xorshift32(7);
    const problems = Array.from({ length: 20 }, () => {
      const chain = Array.from({ length: 50 }, (_, step): Placeable => {
        const bytes = between(random, 1, 64) * 256;
        const lastStep = step + (between(random, 0, 3) === 0 ? between(random, 2, 6) : 1);
        return { bytes, alignment: 1, firstStep: step, lastStep };
      });
      const scratch = Array.from({ length: 50 }, (_, step): Placeable => {
        return { bytes: between(random, 1, 900), alignment: 1, firstStep: step, lastStep: step };
      });
      return [...chain, ...scratch];
    });
    const start = cpuSeconds();
    const proofs = problems.map((runs) => allocate({ runs }).proof);
    expect(proofs.filter((proof) => proof !== "none")).toHaveLength(problems.length);
    expect((cpuSeconds() - start) / problems.length).toBeLessThan(0.05);
  });
});

/**
 * The hard offset problems published with MiniMalloc, at their capacity: most are perfect packings
 * that no greedy order comes near. And smaller problems, which are placed with a proof. Searches
 * are limited by counts; how long they take stands in the bench.
 */
import { describe, expect, it } from "vitest";
import { must } from "../../toolchain/diagnostics/assert.ts";
import { allocate } from "../../toolchain/plan/allocate/allocate.ts";
import { type Placeable, together } from "../../toolchain/plan/allocate/problem.ts";
import { sharedDataPresent } from "../oracles/goldens.ts";
import {
  CAPACITY_BYTES,
  packAtCapacity,
  publishedFiles,
  readProblem,
  tinyProblems,
} from "./minimalloc.ts";

const folder = sharedDataPresent ? "" : " (skipped: ../shared/data is absent)";

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

describe.skipIf(!sharedDataPresent)(`MiniMalloc's problems${folder}`, () => {
  it("are eight", () => {
    expect(publishedFiles).toHaveLength(8);
  });

  it.each(publishedFiles)("%s fits", { timeout: 300_000 }, (file) => {
    const runs = readProblem(file);
    const { outcome, offsets } = packAtCapacity(runs);
    expect(outcome).toBe("found");
    expectApart(runs, offsets);
    const ends = runs.map(({ bytes }, index) => must(offsets[index], "offset") + bytes);
    expect(Math.max(...ends)).toBeLessThanOrEqual(CAPACITY_BYTES);
  });
});

describe("problems of 100 runs", () => {
  it("are placed with a proof", () => {
    const proofs = tinyProblems(20).map((runs) => allocate({ runs }).proof);
    expect(proofs).toHaveLength(20);
    expect(proofs).not.toContain("none");
  });
});

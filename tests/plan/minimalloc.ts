/**
 * Offset problems to measure the allocator with: the hard ones published with MiniMalloc (ASPLOS
 * 2023; Apache-2.0), which lie in ../shared, and random ones as large as the models of MLPerf Tiny.
 */

import { pack, ranksOf } from "../../toolchain/plan/allocate/exact.ts";
import type { Placeable } from "../../toolchain/plan/allocate/problem.ts";
import { sectionsOf } from "../../toolchain/plan/allocate/sections.ts";
import { between, xorshift32 } from "../ops/random.ts";
import { listShared, readShared, sharedDataPresent } from "../oracles/goldens.ts";

/** What every published problem fits in. */
export const CAPACITY_BYTES = 1_048_576;
const NODES_MAX = 2_000_000;

export const publishedFiles: readonly string[] = sharedDataPresent ? listShared("minimalloc") : [];

export function readProblem(file: string): Placeable[] {
  const [, ...lines] = new TextDecoder()
    .decode(readShared(`minimalloc/${file}`))
    .trim()
    .split("\n");
  return lines.map((line) => {
    const [, lower = 0, upper = 0, bytes = 0] = line.split(",").map(Number);
    return { bytes, alignment: 1, firstStep: lower, lastStep: upper - 1 };
  });
}

/** Searches for a placement within the capacity. */
export function packAtCapacity(runs: readonly Placeable[]) {
  const sections = sectionsOf({ runs });
  return pack(sections, ranksOf(sections), CAPACITY_BYTES, { nodes: NODES_MAX });
}

/** Chains of 50 tensors, some with a skip, and a scratch for each step. */
export function tinyProblems(count: number): Placeable[][] {
  const random = xorshift32(7);
  return Array.from({ length: count }, () => {
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
}

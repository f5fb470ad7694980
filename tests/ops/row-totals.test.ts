/**
 * Totals of every operator that takes its input row by row: adding all rows and finishing gives the
 * bytes of the whole node, and totals that are too small or miss something are seen.
 */
import { describe, expect, it } from "vitest";
import { operators } from "../../toolchain/ops/registry.ts";
import { type Totalled, totalComplaints, totalledCases } from "./row-totals.ts";
import { suites } from "./suites.ts";

const RANDOM_CASES = 10;

const totalling = suites.filter(({ op }) => operators.some((o) => o.name === op && o.rows?.total));

/** Totals that are wrong in one way, by what is wrong. */
const mutants: Readonly<Record<string, (item: Totalled) => Totalled>> = {
  "a byte too few": ({ total, ...item }) => {
    const sums = { ...total.sums, bytes: total.sums.bytes - 1 };
    return { ...item, total: { ...total, sums } };
  },
  "pixels left out": ({ total, ...item }) => {
    const constants = { ...total.add.constants, WIDTH: 0 };
    return { ...item, total: { ...total, add: { ...total.add, constants } } };
  },
};

describe.each(totalling.map((suite) => [suite.op, suite] as const))("%s", (_, suite) => {
  const items = totalledCases(suite, RANDOM_CASES);

  it("has cases with totals", () => {
    expect(items.length).toBeGreaterThan(3);
  });

  it("gives its output of rows", { timeout: 60_000 }, async () => {
    expect(await totalComplaints(items)).toEqual([]);
  });

  it.each(Object.entries(mutants))("is seen to be wrong with %s", async (_, mutate) => {
    expect(await totalComplaints(items.map(mutate))).not.toEqual([]);
  });
});

/**
 * Graphs of hundreds of operators: planned under every goal, with work that grows with their size
 * and not with its square. Work is counted, in states of the search for an order and in offered
 * forms, so that the tests say the same on every machine.
 */
import { describe, expect, it } from "vitest";
import { arrange } from "../../toolchain/plan/arrangement.ts";
import { checkPlan } from "../../toolchain/plan/check-plan.ts";
import { makePlan } from "../../toolchain/plan/plan.ts";
import { problemOf as graphProblem } from "../../toolchain/plan/schedule/graph-problem.ts";
import { leastOrder } from "../../toolchain/plan/schedule/order.ts";
import { optimizations } from "../../toolchain/plan/types.ts";
import { CHAIN_TENSOR_BYTES, chainWithSkips } from "./models.ts";
import { problemOf, wiredDag } from "./wired-dags.ts";

const BYTES = CHAIN_TENSOR_BYTES;

describe("a chain of 1,000 operators with skips", () => {
  const graph = chainWithSkips(1000);

  it.each(optimizations)("is planned with a proven peak, --optimize %s", (optimize) => {
    const plan = makePlan(graph, { optimize });
    expect(plan.graph).toBe(graph);
    expect(plan.steps).toHaveLength(1000);
    expect(plan.proven).toBe(true);
    expect(plan.order).toEqual({
      definitionBytes: 2 * BYTES,
      plannedBytes: 2 * BYTES,
      lowerBoundBytes: 2 * BYTES,
      proven: true,
    });
    checkPlan(plan);
  });

  it("leaves no choice of order, and each node's forms are made once", () => {
    const options = { rounding: "tflite", nestedOperatorsMax: 1000 } as const;
    expect(leastOrder(graphProblem(graph, options)).states).toBe(0);
    const [once, again] = [arrange(graph, options), arrange(graph, options)];
    once.steps.forEach(({ forms }, step) => {
      expect(again.steps[step]?.forms.every((form, at) => form === forms[at])).toBe(true);
    });
  });
});

/** Four branches, wide and then narrow, listed side by side; joined, and the same again. */
function diamonds(count: number) {
  const reads: number[][] = [[]];
  for (let part = 0; part < count; part++) {
    const root = reads.length - 1;
    const wide = [1, 2, 3, 4].map((branch) => root + branch);
    const narrow = wide.map((index) => index + wide.length);
    reads.push(...wide.map(() => [root]), ...wide.map((index) => [index]), narrow);
  }
  const bytes = reads.map((own, index) => (own.length === 1 && index % 9 <= 4 ? 100 : 8));
  return problemOf({ reads, bytes, inputBytes: 8 });
}

describe("the order of many operators", () => {
  it("takes part by part where everything passes through one operator", () => {
    const few = leastOrder(diamonds(10));
    const many = leastOrder(diamonds(200));
    for (const { definitionBytes, peakBytes, lowerBoundBytes } of [few, many]) {
      expect([definitionBytes, peakBytes, lowerBoundBytes]).toEqual([408, 132, 132]);
    }
    expect(few.states).toBeGreaterThan(0);
    expect(many.states).toBeLessThanOrEqual(20 * few.states);
  });

  it("saves where 200 are wired at random, and says how much more there may be", () => {
    const found = leastOrder(wiredDag(0, 200, 0.75));
    expect(found.peakBytes).toBeLessThan(0.9 * found.definitionBytes);
    expect(found.lowerBoundBytes).toBeLessThan(found.peakBytes);
    expect(found.states).toBeLessThan(1_200_000);
  });
});

/**
 * The independent checker must accept every plan that the planner makes and catch every mutation of
 * one: overlap, a lifetime that ends too soon, ranges outside the peak, misalignment, wrong sizes.
 */
import { describe, expect, it } from "vitest";
import { InternalError } from "../../toolchain/diagnostics/assert.ts";
import { Diagnostic } from "../../toolchain/diagnostics/diagnostic.ts";
import { checkPlan } from "../../toolchain/plan/check-plan.ts";
import { makePlan, paretoPoints } from "../../toolchain/plan/plan.ts";
import type { Plan, TensorBuffer } from "../../toolchain/plan/types.ts";
import { bypass, diamond, renamed } from "./models.ts";

const plan = makePlan(diamond());

function moved(name: string, change: Partial<TensorBuffer>, base: Plan = plan): Plan {
  const buffers = base.buffers.map((item) => (item.name === name ? { ...item, ...change } : item));
  expect(buffers).not.toEqual(base.buffers);
  return { ...base, buffers };
}

const offsetOf = (name: string) => plan.buffers.find((item) => item.name === name)?.offset ?? -1;

describe("checkPlan", () => {
  it("accepts the planner's own plans", () => {
    expect(() => checkPlan(plan)).not.toThrow();
    expect(() => checkPlan(makePlan(renamed()))).not.toThrow();
  });

  const mutations: readonly [string, () => Plan, RegExp][] = [
    [
      "an output on a tensor that is still read",
      () => moved("b", { offset: offsetOf("a") }),
      /step 1 writes byte \d+ that it also uses|'a' is not its own when sum reads/,
    ],
    [
      "one byte of overlap",
      () => moved("b", { offset: offsetOf("a") + 39 }),
      /that it also uses|past the peak/,
    ],
    [
      "a tensor past the peak",
      () => moved("sum", { offset: plan.peakBytes - 39 }),
      /past the peak/,
    ],
    ["a tensor before the arena", () => moved("sum", { offset: -1 }), /past the peak/],
    ["a tensor with too few bytes", () => moved("a", { bytes: 39 }), /'a' takes 40 B, has 39 B/],
    ["a peak one byte short", () => ({ ...plan, peakBytes: plan.peakBytes - 1 }), /past the peak/],
  ];

  it.each(mutations)("catches %s", (_, mutate, message) => {
    expect(() => checkPlan(mutate())).toThrow(InternalError);
    expect(() => checkPlan(mutate())).toThrow(message);
  });

  it("catches a tensor overwritten by a step that does not use it", () => {
    const base = makePlan(bypass());
    const at = (name: string) => base.buffers.find((item) => item.name === name)?.offset ?? -1;
    const onWaiting = moved("c", { offset: at("a") }, base);
    expect(() => checkPlan(onWaiting)).toThrow(/byte \d+ of 'a' is not its own when sum reads/);
    const onOutput = moved("sum", { offset: at("a") }, base);
    expect(() => checkPlan(onOutput)).toThrow(InternalError);
  });

  it("catches bytes that are overwritten between two uses", () => {
    const base = makePlan(renamed());
    // Graph output a is kept to the end; the last relu must not take its place.
    const a = base.buffers.find(({ name }) => name === "a");
    const withStray = (offset: number, step: number) => {
      const stray = { name: "stray", bytes: 1, offset, step };
      return { ...base, scratch: [...base.scratch, stray] };
    };
    expect(() => checkPlan(withStray(a?.offset ?? 0, 0))).toThrow(/that it also uses/);
    const input = base.buffers.find(({ name }) => name === "input");
    expect(() => checkPlan(withStray(input?.offset ?? 0, 0))).toThrow(/that it also uses/);
    expect(() => checkPlan(withStray((a?.offset ?? 0) + 3, 2))).toThrow(
      /'view' is not its own|also uses/,
    );
  });
});

describe("makePlan", () => {
  it("keeps a value alive to its last use and reaches the bound", () => {
    expect(
      plan.buffers.map(({ name, firstStep, lastStep }) => [name, firstStep, lastStep]),
    ).toEqual([
      ["input", 0, 0],
      ["a", 0, 2],
      ["b", 1, 2],
      ["sum", 2, 2],
    ]);
    expect(plan.tensorBytes).toBe(80);
    expect(plan.tensorLowerBoundBytes).toBe(80);
    expect(plan.proven).toBe(true);
  });

  it("gives a renamed tensor the bytes of its source", () => {
    const { buffers } = makePlan(renamed());
    expect(buffers.map(({ name, tensors }) => [name, tensors.length])).toEqual([
      ["input", 1],
      ["a", 2],
      ["b", 1],
    ]);
  });

  it("is the same plan every time", () => {
    expect(makePlan(diamond())).toEqual(plan);
  });

  it("refuses a budget below what is possible, naming the least", () => {
    const refuse = () => makePlan(diamond(), { ramBudgetBytes: 60 });
    expect(refuse).toThrow(Diagnostic);
    expect(refuse).toThrow(/the least RAM found is \d+ B, \d+ B over the budget of 60 B/);
    expect(makePlan(diamond(), { ramBudgetBytes: 4096 }).peakBytes).toBeLessThanOrEqual(4096);
  });

  it("offers a Pareto front: less memory always costs time", () => {
    const points = paretoPoints(diamond());
    expect(points.length).toBeGreaterThan(0);
    points.slice(1).forEach((point, index) => {
      expect(point.peakBytes).toBeGreaterThan(points[index]?.peakBytes ?? 0);
      expect(point.predictedInstructions).toBeLessThan(points[index]?.predictedInstructions ?? 0);
    });
  });
});

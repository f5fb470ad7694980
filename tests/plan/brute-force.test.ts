/**
 * Plans of tiny graphs against every other plan that there is (exhaustive.ts): what is called
 * proven cannot be beaten, no bound is too high, and no plan is below what is possible.
 */
import { describe, expect, it } from "vitest";
import { must } from "../../toolchain/diagnostics/assert.ts";
import { GraphBuilder } from "../../toolchain/import/builder/builder.ts";
import type { Value } from "../../toolchain/import/builder/dag-builder.ts";
import { int8 } from "../../toolchain/import/builder/tensor-types.ts";
import type { Graph } from "../../toolchain/ir/graph.ts";
import { sameShape } from "../../toolchain/ir/types.ts";
import { makePlan } from "../../toolchain/plan/plan.ts";
import { between, pick, type Random, xorshift32 } from "../ops/random.ts";
import { leastOfAll, leastPeak } from "./exhaustive.ts";

const SEEDS = 60;
const quantized = { scale: 0.125, zeroPoint: 3 };
const options = { output: quantized };

/** A node on earlier values; null where it does not fit what was drawn. */
function grow(g: GraphBuilder, random: Random, values: readonly Value[]): Value | null {
  const x = pick(random, must(values.at(-1), "a value"), ...values);
  const like = values.filter(({ type }) => sameShape(type.shape, x.type.shape));
  const [, , width = 1] = x.type.shape;
  const layers = [
    () => g.relu(x, options),
    () => g.add(x, pick(random, ...like), options),
    () => g.op("maximum", [x, pick(random, ...like)], {}, options),
    () => (width < 2 ? null : g.maxPool2d(x, [1, 2], { padding: "valid" })),
    () => (width < 2 ? null : g.averagePool2d(x, [1, width], { padding: "valid" })),
  ];
  return pick(random, ...layers)();
}

/** At most five nodes, each tensor at most nine bytes. */
function tinyGraph(seed: number): Graph {
  const random = xorshift32(Math.imul(seed + 3, 0x9e3779b1));
  const g = new GraphBuilder(`tiny ${seed}`);
  const shape = () => [1, 1, between(random, 1, 3), between(random, 1, 3)];
  const values: Value[] = [g.input("x", int8(shape(), quantized))];
  if (between(random, 0, 2) === 0) values.push(g.input("y", int8(shape(), quantized)));
  const wanted = between(random, 2, 5);
  for (let made = 0, tries = 0; made < wanted && tries < 30; tries++) {
    const value = grow(g, random, values);
    if (value === null) continue;
    values.push(value);
    made += 1;
  }
  const last = must(values.at(-1), "a value");
  const isTwo = between(random, 0, 3) === 0;
  return g.build(...new Set(isTwo ? [last, must(values.at(-2), "a value")] : [last]));
}

const seeds = Array.from({ length: SEEDS }, (_, seed) => seed);

/** The least linear memory, at any cost in time. */
const leastPlan = (seed: number) =>
  makePlan(tinyGraph(seed), { latencyBudget: 1000, runsInPlace: true });

describe("plans of tiny graphs", () => {
  it("reach the least peak of all forms and addresses when they are proven", () => {
    const found = seeds.map((seed) => {
      const plan = leastPlan(seed);
      const least = leastOfAll(plan.graph);
      return { seed, plan, least };
    });
    const beaten = found.filter(({ plan, least }) => plan.proven && plan.peakBytes > least);
    expect(beaten.map(({ seed }) => seed)).toEqual([]);
    const impossible = found.filter(({ plan, least }) => {
      return plan.segments.length === 0 && plan.peakBytes < least;
    });
    expect(impossible.map(({ seed }) => seed)).toEqual([]);
    expect(found.filter(({ plan }) => plan.proven).length).toBeGreaterThan(SEEDS / 2);
  });

  it("state a bound that their forms cannot go below", () => {
    const tooHigh = seeds.filter((seed) => {
      const plan = leastPlan(seed);
      if (plan.segments.length > 0) return false;
      const forms = plan.steps.map(({ form }) => must(form, "a form"));
      return leastPeak(plan.graph, forms, plan.lowerBoundBytes) < plan.lowerBoundBytes;
    });
    expect(tooHigh).toEqual([]);
  });
});

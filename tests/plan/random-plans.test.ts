/**
 * Properties of every plan, on random graphs: bounds below, a simple plan above, the same bytes
 * each time, and no matter in which order the tensors of the graph stand.
 */
import { describe, expect, it } from "vitest";
import { must } from "../../toolchain/diagnostics/assert.ts";
import type { Graph } from "../../toolchain/ir/graph.ts";
import { verifyGraph } from "../../toolchain/ops/verify-graph.ts";
import { rewrite } from "../../toolchain/passes/pipeline.ts";
import { lifetimes, liveBytes } from "../../toolchain/plan/lifetimes.ts";
import { makePlan } from "../../toolchain/plan/plan.ts";
import { optimizations, type Plan } from "../../toolchain/plan/types.ts";
import { randomDag } from "../e2e/random-dag.ts";
import { complicated } from "../passes/complicate.ts";

const SEEDS = Number(process.env.EDGEFLASH_SEEDS ?? 40);

const plans = Array.from({ length: SEEDS }, (_, seed) => {
  const optimize = must(optimizations[seed % 3], "goal");
  const graph = complicated(randomDag(seed), seed, 3);
  return { seed, optimize, graph, plan: makePlan(graph, { optimize }) };
});

/** Everything a plan says, bit for bit. */
const text = (plan: Plan) =>
  JSON.stringify(plan, (_, value) => {
    if (typeof value === "bigint") return `${value}n`;
    return value instanceof Uint8Array ? Buffer.from(value).toString("hex") : value;
  });

/** The same graph with its list of tensors backwards. */
function reversed(graph: Graph): Graph {
  const turn = (index: number) => graph.tensors.length - 1 - index;
  return verifyGraph({
    ...graph,
    tensors: graph.tensors.toReversed(),
    nodes: graph.nodes.map((node) => ({
      ...node,
      inputs: node.inputs.map((index) => (index === null ? null : turn(index))),
      outputs: node.outputs.map(turn),
    })),
    inputs: graph.inputs.map(turn),
    outputs: graph.outputs.map(turn),
  });
}

/** What does not depend on indices. */
const addresses = ({ buffers, scratch, steps, peakBytes }: Plan) => ({
  buffers: buffers.map(({ name, offset, bytes, firstStep, lastStep }) => {
    return { name, offset, bytes, firstStep, lastStep };
  }),
  scratch,
  forms: steps.map(({ form }) => form?.name ?? null),
  peakBytes,
});

/** Each tensor in bytes of its own, at no cost but those of the step that needs most. */
const scratchMost = ({ scratch }: Plan) => {
  const steps = new Map<number, number>();
  for (const { step, bytes } of scratch) steps.set(step, (steps.get(step) ?? 0) + bytes + 7);
  return Math.max(0, ...steps.values());
};

describe("plans of random graphs", () => {
  it("keep their bounds", () => {
    for (const { seed, plan } of plans) {
      const { peakBytes, lowerBoundBytes, tensorLowerBoundBytes, tensorBytes, proven } = plan;
      const context = { seed, peakBytes, lowerBoundBytes };
      expect({ ...context, isAbove: peakBytes >= lowerBoundBytes }).toMatchObject({
        isAbove: true,
      });
      expect(lowerBoundBytes).toBeGreaterThanOrEqual(tensorLowerBoundBytes);
      expect(tensorBytes).toBeLessThanOrEqual(peakBytes);
      expect(proven).toBe(peakBytes === lowerBoundBytes);
    }
  });

  it("take no more than whole tensors and scratch beside them", () => {
    for (const { seed, graph, plan } of plans) {
      const tensors = Math.max(...liveBytes(lifetimes(graph), graph.nodes.length));
      // Packing rectangles may waste some bytes; more than half has not been seen.
      const most = tensors + scratchMost(plan);
      expect({ seed, isBelow: plan.peakBytes <= most }).toEqual({ seed, isBelow: true });
    }
  });

  it("are the same every time", () => {
    for (const { graph, optimize, plan } of plans) {
      expect(text(makePlan(graph, { optimize }))).toBe(text(plan));
    }
  });

  it("do not depend on the order of the tensors in the graph", () => {
    for (const { seed, graph, optimize, plan } of plans) {
      const other = makePlan(reversed(graph), { optimize });
      expect({ seed, ...addresses(other) }).toEqual({ seed, ...addresses(plan) });
    }
  });

  it("are no larger after the passes, at any cost in time", () => {
    const least = { latencyBudget: 1000, runsInPlace: true };
    const larger = plans.slice(0, 15).filter(({ graph }) => {
      const rewritten = makePlan(rewrite(graph, { rounding: "tflite" }), least);
      return rewritten.proven && rewritten.peakBytes > makePlan(graph, least).peakBytes;
    });
    expect(larger.map(({ seed }) => seed)).toEqual([]);
  });
});

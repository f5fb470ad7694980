/**
 * Graphs at the ends of what a planner can meet: no nodes, gigabytes, more inputs and outputs than
 * a board has room for.
 */
import { describe, expect, it } from "vitest";
import { GraphBuilder } from "../../toolchain/import/builder/builder.ts";
import { int8 } from "../../toolchain/import/builder/tensor-types.ts";
import { buildArtifact } from "../../toolchain/pack/artifact.ts";
import { makePlan } from "../../toolchain/plan/plan.ts";
import { optimizations } from "../../toolchain/plan/types.ts";

const quantized = { scale: 0.1, zeroPoint: 3 };

describe("a graph without nodes", () => {
  const g = new GraphBuilder("wire");
  const graph = g.build(g.input("x", int8([1, 5], quantized)));

  it.each(optimizations)("keeps its input where it is, --optimize %s", (optimize) => {
    const plan = makePlan(graph, { optimize });
    expect(plan.steps).toEqual([]);
    expect([plan.peakBytes, plan.lowerBoundBytes, plan.proven]).toEqual([5, 5, true]);
  });

  it("meets a budget of its input and no less", () => {
    expect(makePlan(graph, { ramBudgetBytes: 5 }).peakBytes).toBe(5);
    expect(() => makePlan(graph, { ramBudgetBytes: 4 })).toThrow(/1 B over the budget of 4 B/);
  });
});

describe("a graph of gigabytes", () => {
  it("is refused at once, with the tensors to blame", () => {
    const g = new GraphBuilder("huge");
    const x = g.input("x", int8([1, 30000, 30000, 1], quantized));
    const graph = g.build(g.maxPool2d(x, 2));
    const started = performance.now();
    expect(() => makePlan(graph)).toThrow(
      "the tensors alone take 1125000000 B, 16777216 B is the most that is planned; " +
        "the largest are x (900000000 B) and max_pool2d_1 (225000000 B)",
    );
    expect(performance.now() - started).toBeLessThan(1000);
  });
});

describe("a graph of many outputs", () => {
  const relus = (count: number) => {
    const g = new GraphBuilder("many");
    const x = g.input("x", int8([1, 5], quantized));
    return makePlan(
      g.build(...Array.from({ length: count }, () => g.relu(x, { output: quantized }))),
    );
  };

  it("is refused before a board sees it when a board has no room for them", async () => {
    await expect(buildArtifact(relus(16))).rejects.toThrow(
      "the model has 1 inputs and 16 outputs, a board takes 16 of them together",
    );
  });

  it("is built with as many as a board takes", async () => {
    const { manifest } = await buildArtifact(relus(15));
    expect(manifest.outputs).toHaveLength(15);
  });
});

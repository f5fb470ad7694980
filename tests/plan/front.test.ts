/** The printed front: few points, both ends, and each of them what --ram-budget gives for it. */
import { describe, expect, it } from "vitest";
import { rewrite } from "../../toolchain/passes/pipeline.ts";
import { makePlan, paretoPoints } from "../../toolchain/plan/plan.ts";
import { coverage, plannedModels } from "./targets.ts";

const small = plannedModels.filter(({ name }) => /kws|ad01|micro/.test(name));
const models = small.length > 0 ? small : plannedModels.slice(0, 1);

describe(`the front${coverage}`, () => {
  for (const { name, graph } of models) {
    it(`of ${name} has the plans that its budgets give`, () => {
      const rewritten = rewrite(graph(), { rounding: "tflite" });
      const points = paretoPoints(rewritten);
      expect(points.length).toBeGreaterThan(1);
      expect(points.length).toBeLessThanOrEqual(24);
      for (const [index, point] of points.entries()) {
        const { peakBytes, predictedInstructions, weightBytesRead, segments } = point;
        const plan = makePlan(rewritten, { ramBudgetBytes: peakBytes });
        const found = plan.segments.map(({ firstStep, lastStep }) => [firstStep, lastStep]);
        expect([plan.peakBytes, plan.predictedInstructions]).toEqual([
          peakBytes,
          predictedInstructions,
        ]);
        expect(plan.weightBytesRead).toBe(weightBytesRead);
        expect(found).toEqual(segments);
        const before = points[index - 1];
        if (before === undefined) continue;
        expect(before.peakBytes).toBeLessThan(peakBytes);
        expect(before.predictedInstructions).toBeGreaterThan(predictedInstructions);
      }
    });
  }
});

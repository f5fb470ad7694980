/**
 * Arrangements with segments: what they say of memory is what their runs add up to, every plan of
 * them passes the independent checker, and the project's models become as small as they should.
 */
import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { must } from "../../toolchain/diagnostics/assert.ts";
import { importModel } from "../../toolchain/import/index.ts";
import type { Graph } from "../../toolchain/ir/graph.ts";
import { rewrite } from "../../toolchain/passes/pipeline.ts";
import { type Arrangement, arrange } from "../../toolchain/plan/arrangement.ts";
import { checkPlan } from "../../toolchain/plan/check-plan.ts";
import { paretoChoices } from "../../toolchain/plan/choose-forms.ts";
import { codeWords } from "../../toolchain/plan/instance.ts";
import { liveBytes } from "../../toolchain/plan/lifetimes.ts";
import { layOut } from "../../toolchain/plan/place.ts";
import { makePlan } from "../../toolchain/plan/plan.ts";
import {
  arrangeSegments,
  receivingArrangements,
  streamedArrangements,
} from "../../toolchain/plan/segments/arrange-segments.ts";
import { mobileNetV1 } from "./mobilenets.ts";
import { diamond } from "./models.ts";
import { randomRows } from "./row-graphs.ts";

const options = { rounding: "tflite", nestedOperatorsMax: Number.POSITIVE_INFINITY } as const;

const graphs = Array.from({ length: 24 }, (_, seed) => randomRows(seed + 1, 3));
const streamed = graphs.flatMap((graph) => streamedArrangements(arrange(graph, options), options));

describe("streamed arrangements", () => {
  it("need at every step what their runs and slots add up to", () => {
    expect(streamed.length).toBeGreaterThan(20);
    for (const { graph, runs, slots, steps } of streamed) {
      const all = [...runs, ...slots.map((slot) => ({ ...slot, tensors: [] }))];
      const live = liveBytes(all, graph.nodes.length);
      expect(steps.map((step) => step.liveBytes)).toEqual(live);
    }
  });

  it("come least first, none with more than one arrangement for the same segments", () => {
    for (const graph of graphs) {
      const found = streamedArrangements(arrange(graph, options), options);
      const bounds = found.map(({ steps }) => paretoChoices(steps)[0]?.boundBytes ?? 0);
      expect(bounds).toEqual([...bounds].sort((a, b) => a - b));
      const ranges = found.map(({ segments }) => JSON.stringify(segments.map(rangeOf)));
      expect(new Set(ranges).size).toBe(ranges.length);
    }
  });

  it("pass the checker, the leanest and the fastest choice of each", () => {
    for (const arrangement of streamed.slice(0, 20)) {
      const front = paretoChoices(arrangement.steps);
      for (const choice of [front[0], front.at(-1)]) {
        expect(() => checkPlan(planOf(arrangement, must(choice, "a choice")))).not.toThrow();
      }
    }
  });

  it("are what arrangeSegments gives for their ranges", () => {
    for (const arrangement of streamed.slice(0, 12)) {
      const { graph, segments } = arrangement;
      expect(arrangeSegments(graph, segments.map(rangeOf), options)).toEqual(arrangement);
    }
  });

  it("take the input row by row when asked to, and say so when they cannot", () => {
    const received = graphs.flatMap((graph) => {
      try {
        return receivingArrangements(arrange(graph, options), options);
      } catch {
        return [];
      }
    });
    expect(received.length).toBeGreaterThan(20);
    for (const { graph, runs, segments } of received) {
      const [input] = graph.inputs;
      expect(segments[0]?.stages[0]).toMatchObject({ kind: "receive", tensor: input });
      const own = runs.filter(({ tensors }) => tensors.some((tensor) => tensor === input));
      expect(own.map(({ window }) => window?.tensor)).toEqual([input]);
    }
    expect(() => makePlan(diamond(), { inputByRows: true })).toThrow(/not one image/);
  });
});

const rangeOf = ({ firstStep, lastStep }: Arrangement["segments"][number]) =>
  [firstStep, lastStep] as const;

function planOf(arrangement: Arrangement, choice: ReturnType<typeof paretoChoices>[number]) {
  const plan = makePlan(arrangement.graph, { optimize: "speed" });
  const steps = choice.forms.map((form, node) => ({ node, form }));
  const { instructions: predictedInstructions, weightBytesRead } = choice;
  const { segments, graph } = arrangement;
  const costs = { predictedInstructions, weightBytesRead, codeWords: codeWords(choice.forms) };
  return { ...plan, ...layOut(arrangement, choice), ...costs, graph, steps, segments };
}

const MODELS = new URL("../../../shared/data/models/", import.meta.url);
const isHere = existsSync(MODELS);

function model(name: string): Graph {
  const bytes = readFileSync(new URL(`${name}.tflite`, MODELS));
  return rewrite(importModel(bytes, name), { rounding: "tflite" });
}

/** Peak and time, in those of the fastest plan without streams, within a budget. */
function within(graph: Graph, ramBudgetBytes: number, inputByRows = false) {
  const fastest = makePlan(graph, { optimize: "speed" });
  const plan = makePlan(graph, { ramBudgetBytes, inputByRows });
  return { plan, slowdown: plan.predictedInstructions / fastest.predictedInstructions };
}

describe("segments make models small", () => {
  it.skipIf(!isHere)("kws_ref_model in 5,632 B (needs ../shared/data)", () => {
    const { plan, slowdown } = within(model("kws_ref_model"), 5632);
    expect(plan.segments.map(rangeOf)).toEqual([[0, 9]]);
    expect(slowdown).toBeLessThan(1.3);
  });

  it("a MobileNetV1 whose image arrives by rows in 14,336 B", () => {
    const graph = rewrite(mobileNetV1(), { rounding: "tflite" });
    const { plan, slowdown } = within(graph, 14_336, true);
    expect(plan.peakBytes).toBeLessThanOrEqual(14_336);
    expect(slowdown).toBeLessThan(1.2);
  });
});

/**
 * The certificates of plans, before a checker that knows nothing of the planner: it accepts those
 * of every goal, and refuses each one that was changed in one place.
 */
import { describe, expect, it } from "vitest";
import { assert, must } from "../../toolchain/diagnostics/assert.ts";
import { importModel } from "../../toolchain/import/index.ts";
import type { Graph } from "../../toolchain/ir/graph.ts";
import { rewrite } from "../../toolchain/passes/pipeline.ts";
import { makePlan, type PlanOptions } from "../../toolchain/plan/plan.ts";
import { type Certificate, optimizations } from "../../toolchain/plan/types.ts";
import { randomDag, randomTower } from "../e2e/random-dag.ts";
import { readShared, sharedDataPresent } from "../oracles/goldens.ts";
import { problemsOf as placementProblemsOf } from "./certificate-checker.mjs";
import { mobileNetV1 } from "./mobilenets.ts";
import { bypass, diamond, renamed } from "./models.ts";
import { stackProblemsOf } from "./stack-checker.mjs";

const problemsOf = (certificate: Certificate): string[] => [
  ...placementProblemsOf(certificate),
  ...stackProblemsOf(certificate),
];

const goals: readonly PlanOptions[] = [
  ...optimizations.map((optimize) => ({ optimize })),
  { tensorLevel: true },
];

const handed = (name: string): [string, () => Graph] => [
  name,
  () => importModel(readShared(`models/${name}.tflite`), name),
];

const models: readonly (readonly [string, () => Graph])[] = [
  ...Object.entries({ diamond, renamed, bypass, mobileNetV1 }),
  ...(sharedDataPresent
    ? ["kws_ref_model", "pretrainedResnet_quant", "ad01_int8", "micro_speech_quantized"].map(handed)
    : []),
];
const coverage = sharedDataPresent ? "" : " (own models only: ../shared/data is absent)";

const certificateOf = (graph: Graph, options: PlanOptions): Certificate =>
  makePlan(rewrite(graph, { rounding: "tflite" }), options).certificate;

describe(`the certificate of a plan${coverage}`, () => {
  it.each(models)("of %s is accepted for every goal", { timeout: 60_000 }, (_, graph) => {
    for (const goal of goals) {
      const certificate = certificateOf(graph(), goal);
      expect([goal, problemsOf(certificate)]).toEqual([goal, []]);
    }
  });
});

describe("the certificates of random graphs", () => {
  const budgetOf = (graph: Graph, options: PlanOptions) =>
    Math.ceil(makePlan(graph, options).peakBytes * 1.1);

  it("are accepted for every goal and under budgets", { timeout: 60_000 }, () => {
    const found = { bound: 0, stack: 0, search: 0, gap: 0 };
    let segments = 0;
    for (let seed = 0; seed < 16; seed++) {
      const graph = rewrite(seed % 2 === 0 ? randomDag(seed) : randomTower(seed), {
        rounding: "tflite",
      });
      const ramBudgetBytes = budgetOf(graph, { optimize: "ram" });
      for (const goal of [...goals, { ramBudgetBytes }, { latencyBudget: 1.2 }]) {
        const plan = makePlan(graph, goal);
        expect([seed, goal, problemsOf(plan.certificate)]).toEqual([seed, goal, []]);
        // Tensors come first at tensor level, and scratch may then cost some alignment.
        if (!("tensorLevel" in goal)) found[plan.certificate.least.kind] += 1;
        segments += plan.segments.length;
      }
    }
    expect(segments).toBeGreaterThan(5);
    expect(found.bound + found.stack).toBeGreaterThan(60);
    expect(found.gap).toBeLessThan(5);
  });

  it("hold for inputs by rows", { timeout: 60_000 }, () => {
    const graph = rewrite(mobileNetV1(), { rounding: "tflite" });
    const plan = makePlan(graph, { ramBudgetBytes: 14_336, inputByRows: true });
    expect(plan.segments.length).toBeGreaterThan(0);
    expect(problemsOf(plan.certificate)).toEqual([]);
  });
});

describe("the bound of a stack", () => {
  const runs = [
    { name: "a", bytes: 3, alignment: 4, firstStep: 0, lastStep: 1, offset: 0 },
    { name: "b", bytes: 3, alignment: 4, firstStep: 1, lastStep: 2, offset: 4 },
  ];
  const least = { kind: "stack", step: 1, runs: [0, 1], sharedBytes: 0 } as const;
  const stacked: Certificate = { peakBytes: 7, runs, overlaps: [], least };

  it("counts the bytes that alignment costs", () => {
    expect(problemsOf(stacked)).toEqual([]);
    const unaligned = runs.map((item) => ({ ...item, alignment: 1 }));
    expect(problemsOf({ ...stacked, runs: unaligned })).not.toEqual([]);
    expect(
      problemsOf({ ...stacked, runs: runs.with(1, { ...must(runs[1], "b"), alignment: 3 }) }),
    ).not.toEqual([]);
  });

  it("does not count what a pair may share", () => {
    const overlaps = [{ input: 0, output: 1, kind: "anywhere", distanceBytes: 0 }] as const;
    expect(problemsOf({ ...stacked, overlaps })).not.toEqual([]);
  });
});

/** MobileNet: a chain with overlaps of an exact place and with least distances. */
const certificate = certificateOf(mobileNetV1(), { optimize: "speed", streaming: false });

/** Whether two runs overlap exactly as far as their pair lets them. */
const tightest = (overlaps: Certificate["overlaps"]) =>
  overlaps.find(({ input, output, kind, distanceBytes }) => {
    const [from, to] = [
      must(certificate.runs[input], "run"),
      must(certificate.runs[output], "run"),
    ];
    const isShared = to.offset + to.bytes > from.offset && from.offset + from.bytes > to.offset;
    return kind !== "anywhere" && from.offset - to.offset === distanceBytes && isShared;
  });

describe("a changed certificate", () => {
  const { runs, overlaps, least, peakBytes } = certificate;
  const changed = (at: number, change: Partial<Certificate["runs"][number]>): Certificate => {
    return { ...certificate, runs: runs.with(at, { ...must(runs[at], "run"), ...change }) };
  };

  it("was right before", () => {
    expect(problemsOf(certificate)).toEqual([]);
    expect(least.kind).toBe("bound");
  });

  it("is refused with a run moved into another", () => {
    for (const [at, { bytes, offset, firstStep, lastStep }] of runs.entries()) {
      const beside = runs.findIndex((other, index) => {
        const meets = other.firstStep <= lastStep && firstStep <= other.lastStep;
        const isPair = overlaps.some(({ input, output }) =>
          [input, output].every((end) => end === at || end === index),
        );
        return index !== at && meets && !isPair && other.bytes > 0 && other.offset !== offset;
      });
      if (beside < 0 || bytes === 0) continue;
      const moved = changed(at, { offset: must(runs[beside], "run").offset });
      expect(problemsOf(moved)).not.toEqual([]);
    }
  });

  it("is refused with a life cut short or an address outside", () => {
    assert(least.kind === "bound", "the peak is that of a step");
    const [at = 0] = least.runs;
    expect(problemsOf(changed(at, { lastStep: least.step - 1 }))).not.toEqual([]);
    expect(problemsOf(changed(at, { offset: -1 }))).not.toEqual([]);
  });

  it("is refused with another peak or another bound", () => {
    assert(least.kind === "bound", "the peak is that of a step");
    expect(problemsOf({ ...certificate, peakBytes: peakBytes - 1 })).not.toEqual([]);
    expect(problemsOf({ ...certificate, peakBytes: peakBytes + 1 })).not.toEqual([]);
    const fewer = { ...least, runs: least.runs.slice(1) };
    expect(problemsOf({ ...certificate, least: fewer })).not.toEqual([]);
    expect(problemsOf({ ...certificate, least: { ...least, step: least.step + 2 } })).not.toEqual(
      [],
    );
    const lowerBoundBytes = peakBytes;
    expect(problemsOf({ ...certificate, least: { kind: "gap", lowerBoundBytes } })).not.toEqual([]);
  });

  it("is refused with a pair that needs one byte more, or without it", () => {
    const pair = must(tightest(overlaps), "a pair as near as it may be");
    const at = overlaps.indexOf(pair);
    const stricter = overlaps.with(at, { ...pair, distanceBytes: pair.distanceBytes + 1 });
    expect(problemsOf({ ...certificate, overlaps: stricter })).not.toEqual([]);
    expect(problemsOf({ ...certificate, overlaps: overlaps.toSpliced(at, 1) })).not.toEqual([]);
    const [input, output] = [must(runs[pair.input], "input"), must(runs[pair.output], "output")];
    const nearer = changed(pair.output, { offset: input.offset - pair.distanceBytes + 1 });
    expect(output.offset).toBe(input.offset - pair.distanceBytes);
    expect(problemsOf(nearer)).not.toEqual([]);
  });
});

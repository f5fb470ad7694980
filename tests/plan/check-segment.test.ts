/**
 * The checker must accept what the planner streams and catch every mutation of it: in the windows,
 * the reads, the events, the addresses and the lifetimes.
 */
import { describe, expect, it } from "vitest";
import { InternalError, must } from "../../toolchain/diagnostics/assert.ts";
import { GraphBuilder } from "../../toolchain/import/builder/builder.ts";
import { int8, int32 } from "../../toolchain/import/builder/tensor-types.ts";
import type { Graph } from "../../toolchain/ir/graph.ts";
import { checkPlan } from "../../toolchain/plan/check-plan.ts";
import { arrangeSegments, type StepRange } from "../../toolchain/plan/segments/arrange-segments.ts";
import type { Plan, RowWindow, Segment, Stage, TensorBuffer } from "../../toolchain/plan/types.ts";
import { planOf, streamedPlan } from "./streamed-plan.ts";

const quantized = { scale: 0.05, zeroPoint: 3 };
const output = { scale: 0.1, zeroPoint: -5 };

/** conv 3x3, depthwise 3x3, add of a skipped row, average over all rows, and a last layer. */
function tower(): Graph {
  const g = new GraphBuilder("tower");
  const constant = (name: string, shape: readonly number[], axis: number) => {
    const count = shape.reduce((product, extent) => product * extent, 1);
    const values = Array.from({ length: count }, (_, index) => ((index * 37) % 255) - 127);
    return g.constant(name, int8(shape, { scale: [0.02], axis }), values);
  };
  const x = g.input("x", int8([1, 9, 6, 2], quantized));
  const first = g.relu(x, { name: "first", output: quantized });
  const padding = "same" as const;
  const init = { stride: 1, padding, output };
  const conv = g.conv2d(first, constant("w", [3, 3, 3, 2], 0), null, { ...init, name: "conv" });
  const deep = { ...init, name: "deep" };
  const columns = g.depthwiseConv2d(conv, constant("d", [1, 3, 3, 3], 3), null, deep);
  const sum = g.add(conv, columns, { name: "sum", output });
  const mean = g.mean(sum, [1, 2], { keepDims: true, name: "mean", output });
  const bias = g.constant("b", int32([4], { scale: [0.002] }), [1, 2, 3, 4]);
  const dense = g.fullyConnected(mean, constant("f", [4, 3], 0), bias, { output, name: "dense" });
  return g.build(dense);
}

const LAST = 4;
const plan = streamedPlan(tower(), { ranges: [[1, LAST]] });
const segment = must(plan.segments[0], "a segment");

const withSegment = (change: Partial<Segment>): Plan => {
  return { ...plan, segments: [{ ...segment, ...change }] };
};

const windowOf = (name: string) => {
  const tensor = plan.graph.tensors.findIndex((own) => own.name === name);
  const found = plan.buffers.find(({ window }) => window?.tensor === tensor);
  return must(found, `window of ${name}`);
};

function withBuffer(old: TensorBuffer, change: Partial<TensorBuffer>): Plan {
  const buffers = plan.buffers.map((own) => (own === old ? { ...own, ...change } : own));
  return { ...plan, buffers };
}

/** A window with other rows; where it lies stays. */
function withWindow(name: string, change: (window: RowWindow) => Partial<RowWindow>): Plan {
  const buffer = windowOf(name);
  const old = must(buffer.window, "a window");
  const window = { ...old, ...change(old) };
  return withBuffer(buffer, { window, bytes: window.rows * window.rowBytes });
}

function withStage(name: string, change: (stage: Stage) => Partial<Stage>): Plan {
  const stages = segment.stages.map((stage) => {
    const isIt = plan.graph.tensors[stage.tensor]?.name === name && stage.kind !== "load";
    return isIt ? { ...stage, ...change(stage) } : stage;
  });
  return withSegment({ stages });
}

/** The position in `events` of the n-th event of such an action. */
function eventAt(kind: string, name: string, nth = 0): number {
  const found = [...segment.events].flatMap((action, position) => {
    const { stage, kind: own } = must(segment.actions[action], "an action");
    const tensor = must(segment.stages[stage], "a stage").tensor;
    return own === kind && plan.graph.tensors[tensor]?.name === name ? [position] : [];
  });
  return must(found.at(nth), `${kind} of ${name}`);
}

const withEvents = (change: (events: number[]) => number[]): Plan =>
  withSegment({ events: Uint8Array.from(change([...segment.events])) });

const without = (at: number) => (events: number[]) => events.toSpliced(at, 1);

/** The addresses that all have when one byte run is taken to be alive a step less. */
function shortened(ranges: readonly StepRange[], index: number, end: "first" | "last"): Plan {
  const options = { rounding: "tflite", nestedOperatorsMax: Number.POSITIVE_INFINITY } as const;
  const arrangement = arrangeSegments(tower(), ranges, options);
  const { firstStep, lastStep, ...run } = must(arrangement.runs[index], "a run");
  const alive = {
    firstStep: firstStep + Number(end === "first"),
    lastStep: lastStep - Number(end === "last"),
  };
  const runs = arrangement.runs.with(index, { ...run, ...alive });
  const mutated = planOf({ ...arrangement, runs, overlaps: [] }, { rounding: "tflite" });
  // Windows are known by their lifetimes: only the places are those of the shorter one.
  const buffers = mutated.buffers.with(index, {
    ...must(mutated.buffers[index], "a buffer"),
    firstStep,
    lastStep,
  });
  return { ...mutated, buffers };
}

const events = must(
  plan.scratch.find(({ stream }) => stream?.kind === "events"),
  "events",
);
const sums = must(
  plan.scratch.find(({ stream }) => stream?.kind === "total"),
  "sums",
);

const withScratch = (old: Plan["scratch"][number], offset: number): Plan => {
  return { ...plan, scratch: plan.scratch.map((own) => (own === old ? { ...own, offset } : own)) };
};

describe("checkPlan on segments", () => {
  it("accepts what streams", () => {
    expect(segment.stages.map(({ kind }) => kind)).toEqual([
      ..."load compute compute compute total".split(" "),
    ]);
    expect(() => checkPlan(plan)).not.toThrow();
    for (const ranges of [
      [[1, 3]],
      [[2, 4]],
      [[0, 3]],
      [
        [0, 1],
        [2, 4],
      ],
    ] as const) {
      expect(() => checkPlan(streamedPlan(tower(), { ranges }))).not.toThrow();
    }
  });

  const conv = windowOf("conv");
  const mutations: [string, () => Plan][] = [
    ["a window one row smaller", () => withWindow("conv", ({ rows }) => ({ rows: rows - 1 }))],
    [
      "a window one row smaller and its slots with it",
      () => {
        const smaller = withWindow("conv", ({ rows }) => ({ rows: rows - 1 }));
        const stages = segment.stages.map((stage) => {
          const reads = stage.reads.map((read) =>
            read.tensor === conv.window?.tensor
              ? { ...read, slot: Math.max(0, read.slot - 1) }
              : read,
          );
          return { ...stage, reads };
        });
        return { ...smaller, segments: [{ ...segment, stages }] };
      },
    ],
    ["a window with a wider row", () => withWindow("conv", () => ({ rowBytes: 3 }))],
    ["a margin at the wrong side", () => withWindow("first", () => ({ leftBytes: 0 }))],
    ["another fill", () => withWindow("first", ({ fill }) => ({ fill: fill ^ 1 }))],
    ["no fill", () => withBuffer(windowOf("first"), { lastStep: windowOf("first").lastStep - 1 })],
    ...[-1, 1].flatMap((by): [string, () => Plan][] =>
      ["conv", "deep", "sum"].map((name) => [
        `a slot off by ${by} in what ${name} reads`,
        () =>
          withStage(name, ({ reads }) => {
            return {
              reads: reads.map((read, at) => (at > 0 ? read : { ...read, slot: read.slot + by })),
            };
          }),
      ]),
    ),
    [
      "operands that change places",
      () => withStage("sum", ({ reads }) => ({ reads: reads.toReversed() })),
    ],
    [
      "bytes left out",
      () =>
        withStage("sum", ({ reads }) => ({
          reads: reads.map((read) => ({ ...read, skipBytes: read.skipBytes + 1 })),
        })),
    ],
    ...["conv", "deep", "sum"].map((name): [string, () => Plan] => [
      `a row of ${name} that is never made`,
      () => withEvents(without(eventAt("run", name, 3))),
    ]),
    ["a row outside that is never filled", () => withEvents(without(eventAt("pad", "conv")))],
    ["a row that is never added", () => withEvents(without(eventAt("run", "mean", 2)))],
    ["no end of a total", () => withEvents(without(eventAt("finish", "mean")))],
    [
      "an early end of a total",
      () =>
        withEvents((all) => {
          const at = eventAt("finish", "mean");
          const code = must(all[at], "an event");
          return all.toSpliced(at, 1).toSpliced(eventAt("run", "mean", 2), 0, code);
        }),
    ],
    ...["conv", "deep", "mean"].map((name): [string, () => Plan] => [
      `a row of ${name} twice`,
      () =>
        withEvents((all) => {
          const at = eventAt("run", name, 2);
          return all.toSpliced(at, 0, must(all[at], "an event"));
        }),
    ]),
    [
      "events in another order",
      () =>
        withEvents((all) => {
          const [a, b] = [eventAt("run", "conv", 4), eventAt("run", "deep", 3)];
          return all.with(a, must(all[b], "an event")).with(b, must(all[a], "an event"));
        }),
    ],
    [
      "scratch on a window",
      () => {
        const own = plan.scratch.find(
          ({ step, stream, bytes }) => step === 1 && !stream && bytes > 0,
        );
        return withScratch(must(own, "scratch"), conv.offset);
      },
    ],
    ["events on a window", () => withScratch(events, conv.offset)],
    ["sums on a window", () => withScratch(sums, Math.ceil(conv.offset / 4) * 4)],
    ["a window on another", () => withBuffer(conv, { offset: windowOf("deep").offset })],
    [
      "a window on the rows that are loaded",
      () => {
        const loaded = plan.buffers.find(({ name, window }) => name === "first" && !window);
        return withBuffer(conv, { offset: must(loaded, "a whole tensor").offset });
      },
    ],
    [
      "two segments at a step",
      () => ({ ...plan, segments: [segment, { ...segment, firstStep: 2 }] }),
    ],
  ];

  it.each(mutations)("catches %s", (_, mutate) => {
    const mutated = mutate();
    expect(mutated).not.toEqual(plan);
    expect(() => checkPlan(mutated)).toThrow(InternalError);
  });

  it("catches an output one byte nearer to what it is made of than the plan says", () => {
    const near = streamedPlan(tower(), { ranges: [[1, 3]] });
    const [output, input] = ["sum", "first"].map((name) =>
      must(
        near.buffers.find((own) => own.name === name && !own.window),
        name,
      ),
    );
    const [sum, first] = [must(output, "sum"), must(input, "first")];
    expect(sum.offset + sum.bytes > first.offset && sum.offset < first.offset + first.bytes).toBe(
      true,
    );
    const nearer = near.buffers.map((own) =>
      own === sum ? { ...own, offset: own.offset + 1 } : own,
    );
    const peakBytes = near.peakBytes + 1;
    expect(() => checkPlan({ ...near, buffers: nearer, peakBytes })).toThrow(InternalError);
  });

  it("catches lifetimes that are a step too short", () => {
    const ranges: StepRange[] = [[1, 3]];
    const isCaught = (index: number, end: "first" | "last") => {
      const mutated = shortened(ranges, index, end);
      try {
        checkPlan(mutated);
        return false;
      } catch (error) {
        expect(error).toBeInstanceOf(InternalError);
        return true;
      }
    };
    const { buffers } = streamedPlan(tower(), { ranges });
    const caught = buffers.flatMap(({ name, window, firstStep, lastStep }, index) =>
      (["first", "last"] as const)
        .filter((end) => firstStep < lastStep && isCaught(index, end))
        .map((end) => `${name} ${window ? "rows" : "whole"} ${end}`),
    );
    expect(caught).toEqual(expect.arrayContaining(["conv rows first", "sum whole first"]));
  });
});

/** Drawings and tables, word for word, of a plan written by hand. */
import { describe, expect, it } from "vitest";
import { formatBytes, formatSeconds, renderTable, wrap } from "../../toolchain/cli/render.ts";
import { renderTimeline } from "../../toolchain/cli/render-timeline.ts";
import { plainStyle, type Style } from "../../toolchain/cli/style.ts";
import type { Node } from "../../toolchain/ir/graph.ts";
import type { Plan } from "../../toolchain/plan/types.ts";

const node = (name: string): Node => ({
  name,
  op: "relu",
  attributes: {},
  inputs: [],
  outputs: [],
});

const buffer = (name: string, offset: number, bytes: number, steps: readonly [number, number]) => ({
  name,
  tensors: [],
  offset,
  bytes,
  firstStep: steps[0],
  lastStep: steps[1],
});

/** Three steps; the middle one is the peak, with scratch on top. */
const plan: Plan = {
  graph: {
    name: "hand<made>",
    tensors: [],
    nodes: [node("first"), node("second;fused"), node("third")],
    inputs: [],
    outputs: [],
  },
  rounding: "tflite",
  optimize: "balanced",
  steps: [0, 1, 2].map((index) => ({ node: index, form: null })),
  segments: [],
  order: { definitionBytes: 1200, plannedBytes: 1200, lowerBoundBytes: 1200, proven: true },
  buffers: [
    buffer("in", 0, 400, [0, 1]),
    buffer("a&b", 400, 800, [1, 2]),
    buffer("out", 0, 100, [2, 2]),
  ],
  scratch: [{ name: "second:rows", bytes: 400, offset: 1200, step: 1 }],
  peakBytes: 1600,
  tensorBytes: 1200,
  lowerBoundBytes: 1600,
  tensorLowerBoundBytes: 1200,
  proven: true,
  certificate: {
    ...{ peakBytes: 1600, runs: [], overlaps: [] },
    least: { kind: "gap", lowerBoundBytes: 0 },
  },
  macs: 0,
  predictedInstructions: 1000,
  weightBytesRead: 0,
  codeWords: 0,
};

describe("timeline", () => {
  it("draws time across and address up", () => {
    expect(renderTimeline(plan, { ...plainStyle, columns: 40 }).split("\n")).toEqual([
      "1,600 ┤      ░░░░░░",
      "1,500 ┤      ░░░░░░",
      "1,400 ┤      ░░░░░░",
      "1,300 ┤      ░░░░░░",
      "1,200 ┤      BBBBBBBBBBBB",
      "1,100 ┤      BBBBBBBBBBBB",
      "1,000 ┤      BBBBBBBBBBBB",
      "  900 ┤      BBBBBBBBBBBB",
      "  800 ┤      BBBBBBBBBBBB",
      "  700 ┤      BBBBBBBBBBBB",
      "  600 ┤      BBBBBBBBBBBB",
      "  500 ┤      BBBBBBBBBBBB",
      "  400 ┤AAAAAAAAAAAA",
      "  300 ┤AAAAAAAAAAAA",
      "  200 ┤AAAAAAAAAAAA",
      "  100 ┤AAAAAAAAAAAACCCCCC",
      "      └──────────────────",
      "       0                2  step",
    ]);
  });

  it("merges steps when there are more than columns", () => {
    const steps = Array.from({ length: 300 }, (_, index) => ({ node: index % 3, form: null }));
    const long = { ...plan, steps, buffers: [buffer("x", 0, 1600, [0, 299])], scratch: [] };
    const lines = renderTimeline(long, { ...plainStyle, columns: 60 }).split("\n");
    for (const line of lines.slice(0, -1)) expect(line.length).toBeLessThanOrEqual(60);
    expect(lines[0]).toMatch(/┤A{50}$/);
  });

  it("has one colour a tensor on a terminal", () => {
    const style: Style = { colour: true, columns: 40 };
    const colours = new Set(renderTimeline(plan, style).match(/48;5;\d+m/g));
    expect(colours.size).toBe(4);
  });
});

describe("text", () => {
  it("groups digits and keeps bytes exact", () => {
    expect(formatBytes(0)).toBe("0 B");
    expect(formatBytes(999)).toBe("999 B");
    expect(formatBytes(1000)).toBe("1,000 B");
    expect(formatBytes(1234567)).toBe("1,234,567 B");
  });

  it("gives predictions two digits", () => {
    expect(formatSeconds(0.000_24)).toBe("0.24 ms");
    expect(formatSeconds(0.0123)).toBe("12 ms");
    expect(formatSeconds(2.34)).toBe("2.3 s");
  });

  it("lines up the columns of a table", () => {
    const columns = [{ title: "name" }, { title: "bytes", align: "right" }] as const;
    const rows = ["a 1", "longer 12,345"].map((row) => row.split(" "));
    expect(renderTable(columns, rows, plainStyle).split("\n")).toEqual([
      "name     bytes",
      "a            1",
      "longer  12,345",
    ]);
  });

  it("wraps prose", () => {
    expect(wrap("one two three", 7)).toBe("one two\nthree");
    expect(wrap("incomprehensible", 5)).toBe("incomprehensible");
  });
});

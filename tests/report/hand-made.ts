/**
 * Plans written by hand for drawings: one with everything a drawing tells apart (tensors, a window,
 * what a segment keeps, scratch, views, an output on its dying input, names that must be escaped),
 * and a long one.
 */
import { findBoard } from "../../toolchain/boards/boards.ts";
import { fitOn } from "../../toolchain/boards/fit.ts";
import type { Node, Tensor } from "../../toolchain/ir/graph.ts";
import type { Plan, TensorBuffer } from "../../toolchain/plan/types.ts";
import type { ReportInput } from "../../toolchain/report/html.ts";

const tensor = (name: string, bytes: number): Tensor => ({
  name,
  type: { dtype: "int8", shape: [1, bytes] },
});

const node = (name: string, inputs: readonly number[], outputs: readonly number[]): Node => ({
  name,
  op: "relu",
  attributes: {},
  inputs,
  outputs,
});

const figures = {
  rounding: "tflite",
  optimize: "balanced",
  proven: false,
  certificate: {
    ...{ peakBytes: 0, runs: [], overlaps: [] },
    least: { kind: "gap", lowerBoundBytes: 0 },
  },
  macs: 1234,
  predictedInstructions: 100_000,
  weightBytesRead: 77,
  codeWords: 10,
} as const;

/** Step 1 is the peak: 400 + 800 + 300 + 100 bytes, the joined output inside the dying input. */
export const everything: Plan = {
  ...figures,
  graph: {
    name: "hand<made>",
    tensors: [
      ...[tensor("in", 400), tensor("a&b", 800), tensor("joined;fused", 100)],
      ...[tensor('"left"', 60), tensor("right", 40), tensor("rows", 2000)],
    ],
    nodes: [
      ...[node("first", [0], [1]), node("second;fused", [0, 1], [3])],
      ...[node("third", [1], [4]), node("<script>alert(1)</script>", [3, 4], [2])],
    ],
    inputs: [0],
    outputs: [2],
  },
  steps: [0, 1, 2, 3].map((index) => ({ node: index, form: null })),
  segments: [{ firstStep: 1, lastStep: 2, stages: [], actions: [], events: new Uint8Array() }],
  order: { definitionBytes: 1800, plannedBytes: 1500, lowerBoundBytes: 1500, proven: true },
  buffers: [
    { name: "in", tensors: [0], bytes: 400, offset: 0, firstStep: 0, lastStep: 1 },
    { name: "a&b", tensors: [1], bytes: 800, offset: 400, firstStep: 0, lastStep: 2 },
    {
      ...{ name: "joined;fused", tensors: [2, 3, 4], begins: [0, 0, 60], bytes: 100, offset: 0 },
      ...{ firstStep: 1, lastStep: 3 },
    },
    {
      ...{ name: "rows", tensors: [5], bytes: 300, offset: 1200, firstStep: 1, lastStep: 2 },
      window: { tensor: 5, rows: 3, rowBytes: 100, leftBytes: 0, pixelBytes: 100, fill: 0 },
    },
  ],
  scratch: [
    { name: "second:events", bytes: 100, offset: 1500, step: 1, stream: { kind: "events" } },
    { name: "first:tile", bytes: 64, offset: 1200, step: 0 },
  ],
  peakBytes: 1600,
  tensorBytes: 1500,
  lowerBoundBytes: 1500,
  tensorLowerBoundBytes: 1400,
  certificate: {
    ...{ peakBytes: 1600, runs: [], overlaps: [] },
    least: { kind: "gap", lowerBoundBytes: 1500 },
  },
};

/** A chain of that many steps; two tensors are alive at each. */
export function longPlan(steps: number): Plan {
  const bytes = (index: number) => 1000 + ((index * 37) % 11) * 100;
  const buffers = Array.from({ length: steps + 1 }, (_, index): TensorBuffer => {
    const place = { bytes: bytes(index), offset: index % 2 === 0 ? 0 : 2000 };
    const [firstStep, lastStep] = [Math.max(0, index - 1), Math.min(index, steps - 1)];
    return { name: `block_${index}/relu`, tensors: [index], ...place, firstStep, lastStep };
  });
  const index = Array.from({ length: steps }, (_, step) => step);
  return {
    ...figures,
    graph: {
      name: "long",
      tensors: buffers.map((buffer) => tensor(buffer.name, buffer.bytes)),
      nodes: index.map((step) => node(`block_${step}/with/a/long/name`, [step], [step + 1])),
      inputs: [0],
      outputs: [steps],
    },
    steps: index.map((step) => ({ node: step, form: null })),
    segments: [],
    order: { definitionBytes: 4000, plannedBytes: 4000, lowerBoundBytes: 3000, proven: false },
    buffers,
    scratch: [],
    peakBytes: 4000,
    tensorBytes: 4000,
    lowerBoundBytes: 3800,
    tensorLowerBoundBytes: 3800,
    certificate: {
      ...{ peakBytes: 4000, runs: [], overlaps: [] },
      least: { kind: "gap", lowerBoundBytes: 3800 },
    },
  };
}

/** A report of a plan on an ESP32, with a front of three points. */
export function reportOn(plan: Plan, change: Partial<ReportInput> = {}): ReportInput {
  const board = findBoard("esp32");
  const footprint = { heapBytes: 7000, artifactBytes: 4000, codeBytes: 1000, nestedOperators: 200 };
  const fit = fitOn(board, footprint);
  const point = { weightBytesRead: 90, segments: [] };
  const { peakBytes, predictedInstructions } = plan;
  const pareto: ReportInput["pareto"] = [
    {
      ...{ peakBytes: peakBytes - 600, predictedInstructions: 150_000, weightBytesRead: 900 },
      ...{ deviceBytes: peakBytes, segments: [[1, 2]] },
    },
    { peakBytes, predictedInstructions, deviceBytes: peakBytes + 40, ...point },
    { peakBytes: 2 * peakBytes, predictedInstructions: 90_000, deviceBytes: 9000, ...point },
  ];
  const command = { model: "hand made.tflite", flags: { "--board": "esp32" } };
  return { plan, board, fit, fits: [{ board, fit }], pareto, advice: [], command, ...change };
}

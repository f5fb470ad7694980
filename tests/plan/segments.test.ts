/**
 * Segments: every kernel of a stream finds the rows that its operator asks for, in windows that
 * could not be a row smaller, at steps at which they are its own.
 */
import { describe, expect, it } from "vitest";
import { must } from "../../toolchain/diagnostics/assert.ts";
import type { Graph } from "../../toolchain/ir/graph.ts";
import { type RowGraph, rowGraph } from "../../toolchain/plan/segments/stages.ts";
import { type Stream, streamOf } from "../../toolchain/plan/segments/stream.ts";
import type { PlacedWindow } from "../../toolchain/plan/segments/windows.ts";
import { randomRows } from "./row-graphs.ts";
import { keepsInput, replay } from "./segment-replay.ts";

const SEEDS = Array.from({ length: 120 }, (_, seed) => seed + 1);

interface Found {
  readonly rows: RowGraph;
  readonly stream: Stream;
}

function streamsOf(graph: Graph, inputByRows = false): Found[] {
  const rows = rowGraph(graph, { rounding: "tflite", inputByRows });
  return graph.nodes.flatMap((_, first) =>
    graph.nodes.flatMap((__, last) => {
      const stream = first <= last ? streamOf(rows, first, last) : null;
      return stream ? [{ rows, stream }] : [];
    }),
  );
}

const all = SEEDS.flatMap((seed) => streamsOf(randomRows(seed)));
const received = SEEDS.flatMap((seed) => streamsOf(randomRows(seed), true));

describe("streams of random graphs", () => {
  it("are many, of several steps, with skips, totals and received inputs", () => {
    const kinds = [...all, ...received].flatMap(({ stream }) => stream.segment.stages);
    expect(all.length).toBeGreaterThan(500);
    expect(all.filter(({ stream }) => stream.segment.stages.length > 5).length).toBeGreaterThan(50);
    expect(kinds.filter(({ reads }) => reads.length > 1).length).toBeGreaterThan(50);
    for (const kind of ["load", "receive", "compute", "total"]) {
      expect(
        kinds.some((stage) => stage.kind === kind),
        kind,
      ).toBe(true);
    }
  });

  it("give every kernel the rows that it wants", () => {
    for (const { rows, stream } of [...all, ...received]) expect(replay(rows, stream)).toEqual([]);
  });

  it("have windows that cannot be a row smaller", () => {
    const slabs = all.flatMap(({ rows, stream }) =>
      stream.windows.flatMap(({ window }, index) =>
        window.rows > 1 ? [{ rows, shrunk: withoutOldestRow(stream, index) }] : [],
      ),
    );
    expect(slabs.length).toBeGreaterThan(1000);
    for (const { rows, shrunk } of slabs) expect(replay(rows, shrunk)).not.toEqual([]);
  });

  it("say truly which windows of a row may share memory", () => {
    const isBrief = ({ segment }: Stream, { firstStep, lastStep }: PlacedWindow) =>
      firstStep > segment.firstStep || lastStep < segment.lastStep;
    const windows = all.flatMap(({ stream }) =>
      stream.windows.filter((placed) => isBrief(stream, placed)),
    );
    expect(windows.length).toBeGreaterThan(200);
    const caught = all.filter(({ rows, stream }) => replay(rows, allBrief(stream)).length > 0);
    expect(caught.length).toBeGreaterThan(10);
  });

  it("say truly how near an output may lie to its input", () => {
    const leads = all.flatMap(({ rows, stream }) =>
      stream.overlaps.flatMap((overlap) =>
        overlap.kind === "lead" ? [{ rows, stream, overlap }] : [],
      ),
    );
    const tight = leads.filter(({ overlap }) => overlap.distanceBytes > 0);
    expect(tight.length).toBeGreaterThan(50);
    for (const { rows, stream, overlap } of leads) {
      expect(keepsInput(rows, stream, overlap)).toBe(true);
    }
    for (const { rows, stream, overlap } of tight) {
      const nearer = { ...overlap, distanceBytes: overlap.distanceBytes - 1 };
      expect(keepsInput(rows, stream, nearer)).toBe(false);
    }
  });

  it("are the same every time", () => {
    const again = SEEDS.flatMap((seed) => streamsOf(randomRows(seed)));
    expect(again.map(({ stream }) => stream)).toEqual(all.map(({ stream }) => stream));
  });
});

/** One row less, every slot one place nearer to the start. */
function withoutOldestRow(stream: Stream, index: number): Stream {
  const placed = must(stream.windows[index], "a window");
  const { window } = placed;
  const windows = stream.windows.with(index, {
    ...placed,
    window: { ...window, rows: window.rows - 1 },
  });
  const stages = stream.segment.stages.map((stage) => ({
    ...stage,
    reads: stage.reads.map((read) => {
      const slot = Math.max(0, read.slot - 1);
      return read.tensor === window.tensor ? { ...read, slot } : read;
    }),
  }));
  return { ...stream, segment: { ...stream.segment, stages }, windows };
}

/** Every window of one row alive at its own steps alone. */
function allBrief(stream: Stream): Stream {
  const { stages } = stream.segment;
  const windows = stream.windows.map((placed) => {
    const { tensor, rows } = placed.window;
    const users = stages.flatMap(({ step, tensor: given, reads }) => {
      const isUser = given === tensor || reads.some((read) => read.tensor === tensor);
      return isUser && step !== null ? [step] : [];
    });
    const brief = { firstStep: Math.min(...users), lastStep: Math.max(...users) };
    return rows === 1 ? { ...placed, ...brief } : placed;
  });
  return { ...stream, windows };
}

/**
 * Whether and how the steps [first, last] run row by row together: a Segment, its windows, and how
 * near its output may lie to what it is made from.
 *
 * Stages (stages.ts) run in the order that demand gives (pipeline.ts) on windows as small as that
 * order allows (windows.ts). A stage may demand its operands in more than one order; the one with
 * the fewest bytes of windows is taken. Nothing is computed twice.
 */
import { must } from "../../diagnostics/assert.ts";
import { type TensorIndex, tensorAt } from "../../ir/graph.ts";
import { byteLength } from "../../ir/types.ts";
import type { Overlap, RowTotal } from "../../ops/op.ts";
import { type AccessStep, leadOverlap } from "../../ops/shared/lead.ts";
import type { Segment, SegmentAction, Stage } from "../types.ts";
import { depths, type Pipeline, producersOf, type RowEvent, simulate } from "./pipeline.ts";
import { type RowGraph, type RowStage, stagesOf } from "./stages.ts";
import { type PlacedWindow, placeWindows, slotsOf, windowBytes, windowsOf } from "./windows.ts";

/** Where the output of a segment may lie on a whole tensor that dies in it. */
export interface StreamOverlap extends Pick<Overlap, "kind" | "distanceBytes"> {
  readonly tensor: TensorIndex;
}

export interface Stream {
  readonly segment: Segment;
  readonly windows: readonly PlacedWindow[];
  readonly overlaps: readonly StreamOverlap[];
  /** Of the stage that ends the segment, when it adds rows up. */
  readonly total: RowTotal | null;
}

/** Events are bytes. */
const ACTIONS_MAX = 256;

/** null: these steps cannot stream. */
export function streamOf(rows: RowGraph, firstStep: number, lastStep: number): Stream | null {
  const stages = stagesOf(rows, firstStep, lastStep);
  if (stages === null) return null;
  const { graph, nodes } = rows;
  const deep = depths(producersOf(stages));
  const orders = [deep.map(() => 0), deep];
  const found = orders.flatMap((ranks) => {
    const pipeline = simulate(stages, ranks);
    const windows = pipeline && windowsOf(graph, stages, pipeline);
    if (pipeline === null || windows === null) return [];
    const placed = placeWindows(stages, pipeline, windows, { firstStep, lastStep });
    const bytes = placed.reduce((sum, { window }) => sum + windowBytes(window), 0);
    return [{ pipeline, windows, placed, bytes }];
  });
  const best = found.sort((a, b) => a.bytes - b.bytes)[0];
  if (best === undefined) return null;
  const { pipeline, windows, placed } = best;
  const last = must(stages.at(-1), "a last stage");
  const total = last.kind === "total" ? must(nodes[lastStep]?.total, "a total") : null;
  const reads = slotsOf(graph, stages, pipeline, windows);
  const planned = stages.map(({ kind, step, tensor }, index): Stage => {
    const stage = { kind, step, tensor, reads: must(reads[index], "reads of a stage") };
    return kind === "total" ? { ...stage, finish: must(total, "a total").finish } : stage;
  });
  const coded = encode(stages, pipeline.events);
  if (coded.actions.length > ACTIONS_MAX) return null;
  const segment = { firstStep, lastStep, stages: planned, ...coded };
  return {
    segment,
    windows: placed,
    overlaps: overlapsOf(rows, stages, pipeline),
    total,
  };
}

/** The list of events as positions in a list of what an event can be. */
function encode(stages: readonly RowStage[], events: readonly RowEvent[]) {
  const last = stages.length - 1;
  const done = [...events, ...unreadRows(stages, events)].map(({ stage, row }): SegmentAction => {
    const inside = row < must(stages[stage], "a stage").height;
    return { stage, kind: inside ? "run" : "pad" };
  });
  if (stages[last]?.kind === "total") done.push({ stage: last, kind: "finish" });
  const positions = new Map<string, number>();
  const actions: SegmentAction[] = [];
  const codes = done.map((action) => {
    const key = `${action.stage} ${action.kind}`;
    const known = positions.get(key);
    if (known !== undefined) return known;
    positions.set(key, actions.length);
    return actions.push(action) - 1;
  });
  return { actions, events: Uint8Array.from(codes) };
}

/** Rows of an input that arrives by rows which nothing reads: they arrive all the same. */
function unreadRows(stages: readonly RowStage[], events: readonly RowEvent[]): RowEvent[] {
  return stages.flatMap(({ kind, height }, stage) => {
    if (kind !== "receive") return [];
    const first = events.filter((event) => event.stage === stage && event.row < height).length;
    return Array.from({ length: height - first }, (_, row) => ({ stage, row: first + row }));
  });
}

/** Rows are loaded from a tensor's start to its end while the output is written in order. */
function overlapsOf(
  { graph, lastReads }: RowGraph,
  stages: readonly RowStage[],
  { events }: Pipeline,
): StreamOverlap[] {
  const writer = stages.length - 1;
  const output = must(stages[writer], "a last stage");
  const lastStep = must(output.step, "step of the last stage");
  return stages.flatMap(({ kind, tensor, height }, loader): StreamOverlap[] => {
    if (kind !== "load" || must(lastReads[tensor], "last read") > lastStep) return [];
    const bytesOf = (whole: TensorIndex) => byteLength(tensorAt(graph, whole).type);
    const written = bytesOf(output.tensor);
    const steps: Iterable<AccessStep> =
      output.kind === "total"
        ? [{ readsFrom: 0, writtenTo: written }]
        : rowAccesses(
            events.filter(
              ({ stage, row }) => stage === writer || (stage === loader && row < height),
            ),
            {
              writer,
              loadedBytes: bytesOf(tensor) / height,
              writtenBytes: written / output.height,
            },
          );
    const { kind: how, distanceBytes } = leadOverlap(steps, 1);
    return [{ tensor, kind: how, distanceBytes }];
  });
}

/** One step for each output row: the loads since the one before, then the row. */
function* rowAccesses(
  events: readonly RowEvent[],
  rows: { readonly writer: number; readonly loadedBytes: number; readonly writtenBytes: number },
): Iterable<AccessStep> {
  let readsFrom = Number.POSITIVE_INFINITY;
  for (const { stage, row } of events) {
    if (stage !== rows.writer) {
      readsFrom = Math.min(readsFrom, row * rows.loadedBytes);
      continue;
    }
    yield { readsFrom, writtenTo: (row + 1) * rows.writtenBytes };
    readsFrom = Number.POSITIVE_INFINITY;
  }
}

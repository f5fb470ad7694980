/**
 * The windows of a segment: of each tensor between stages, the newest rows that any reader needs.
 *
 * Readers of several rows see them as one slab, so they agree on the margins; a reader of a single
 * row leaves out what it does not need. A window is alive at all steps of its segment, but a single
 * row that is only needed while steps near its own run is alive at those alone. Such rows share
 * memory, among themselves and with the oldest rows of windows at rest.
 */
import { must } from "../../diagnostics/assert.ts";
import { type Graph, type TensorIndex, tensorAt } from "../../ir/graph.ts";
import { bytesOf, dtypes, realZeros, type TensorType } from "../../ir/types.ts";
import { nhwc } from "../../ops/shared/layout.ts";
import type { RowWindow, StageRead } from "../types.ts";
import { type Pipeline, producersOf } from "./pipeline.ts";
import type { RowStage, TensorReads } from "./stages.ts";

/** Both included. */
export interface Steps {
  readonly firstStep: number;
  readonly lastStep: number;
}

/** The window of a stage's tensor and the steps at which its bytes are its own. */
export interface PlacedWindow extends Steps {
  readonly window: RowWindow;
  /** At all other steps nobody needs its oldest row, which a new one would move out. */
  readonly oldest: Steps;
}

export const windowBytes = ({ rows, rowBytes }: RowWindow): number => rows * rowBytes;

/** windows[stage] is null for the last stage, whose output is whole; null: they cannot be. */
export function windowsOf(
  graph: Graph,
  stages: readonly RowStage[],
  { lags }: Pipeline,
): (RowWindow | null)[] | null {
  const producers = producersOf(stages);
  const windows = stages.slice(0, -1).map(({ tensor }, producer): RowWindow | null => {
    const readers = stages.flatMap(({ reads }, stage) =>
      reads.flatMap((read, index) =>
        producers[stage]?.[index] === producer
          ? [{ ...read, lag: must(lags[stage]?.[index], "lag of a read") }]
          : [],
      ),
    );
    const rows = Math.max(...readers.map(({ lag }) => lag + 1));
    return windowOf(tensor, tensorAt(graph, tensor).type, rows, readers);
  });
  return windows.every((window) => window !== null) ? [...windows, null] : null;
}

function windowOf(
  tensor: TensorIndex,
  type: TensorType,
  rows: number,
  readers: readonly TensorReads[],
): RowWindow | null {
  const { width, channels } = nhwc(type.shape);
  const pixel = channels * dtypes[type.dtype].bytes;
  const left = Math.max(...readers.map((read) => read.left));
  const right = Math.max(...readers.map((read) => read.right));
  const slabs = readers.filter((read) => read.rows > 1);
  if (slabs.some((slab) => slab.left !== left || slab.right !== right)) return null;
  const [fill, ...others] = bytesOf(realZeros({ ...type, shape: [1] }));
  if (fill === undefined || others.some((byte) => byte !== fill)) return null;
  const rowBytes = (left + width + right) * pixel;
  return { tensor, rows, rowBytes, leftBytes: left * pixel, pixelBytes: width * pixel, fill };
}

/** Where the reads of each stage lie in the windows. */
export function slotsOf(
  graph: Graph,
  stages: readonly RowStage[],
  { lags }: Pipeline,
  windows: readonly (RowWindow | null)[],
): StageRead[][] {
  const producers = producersOf(stages);
  return stages.map(({ reads }, stage) =>
    reads.map(({ tensor, left }, read): StageRead => {
      const from = must(producers[stage]?.[read], "a producer");
      const { rows, leftBytes } = must(windows[from], "a window that is read");
      const { type } = tensorAt(graph, tensor);
      const margin = left * nhwc(type.shape).channels * dtypes[type.dtype].bytes;
      const slot = rows - 1 - must(lags[stage]?.[read], "lag of a read");
      return { tensor, slot, skipBytes: leftBytes - margin };
    }),
  );
}

/** The windows with the steps at which they are alive, within those of their segment. */
export function placeWindows(
  stages: readonly RowStage[],
  pipeline: Pipeline,
  windows: readonly (RowWindow | null)[],
  whole: Steps,
): PlacedWindow[] {
  return windows.flatMap((window, stage): PlacedWindow[] => {
    if (window === null) return [];
    const oldest = stepsNeeded(stages, pipeline, { stage, lag: window.rows - 1 }) ?? whole;
    return [{ window, oldest, ...(isPassing(stages, window, stage) ? oldest : whole) }];
  });
}

/** A window of one row that may share memory: no margin keeps its bytes, and no caller owns it. */
function isPassing(stages: readonly RowStage[], window: RowWindow, stage: number): boolean {
  return (
    window.rows === 1 &&
    window.rowBytes === window.pixelBytes &&
    must(stages[stage], "a stage").kind !== "receive"
  );
}

/** Between which steps a stage's own and those of all that read its rows are. */
function stepsOf(stages: readonly RowStage[], stage: number): Steps {
  const { tensor, step } = must(stages[stage], "a stage");
  const readers = stages.filter(({ reads }) => reads.some((read) => read.tensor === tensor));
  const steps = [step, ...readers.map((reader) => reader.step)].filter((own) => own !== null);
  return { firstStep: Math.min(...steps), lastStep: Math.max(...steps) };
}

/**
 * Between which steps everything runs from when a stage gives a row until it reads, for the last
 * time, the row that is so far behind; a new row brings the next one there. A kernel uses what is
 * alive at its step, any other event what is alive at the steps of its stage. null: it counts on
 * what the window holds at first.
 */
function stepsNeeded(
  stages: readonly RowStage[],
  { events, lags }: Pipeline,
  owner: { readonly stage: number; readonly lag: number },
): Steps | null {
  const { tensor } = must(stages[owner.stage], "a stage");
  const spans = stages.map((_, stage) => stepsOf(stages, stage));
  let needed: Steps | null = null;
  let sinceRow: Steps | null = null;
  for (const { stage, row } of events) {
    const { step, height, reads } = must(stages[stage], "a stage");
    const isKernel = step !== null && row < height;
    const span = must(spans[stage], "steps of a stage");
    const now = isKernel ? { firstStep: step, lastStep: step } : span;
    if (stage === owner.stage) sinceRow = now;
    else if (sinceRow !== null) sinceRow = hull(sinceRow, now);
    const isRead = reads.some((read, index) => {
      return read.tensor === tensor && lags[stage]?.[index] === owner.lag;
    });
    if (!isKernel || !isRead) continue;
    if (sinceRow === null) return null;
    needed = needed === null ? sinceRow : hull(needed, sinceRow);
  }
  return needed;
}

const hull = (a: Steps, b: Steps): Steps => ({
  firstStep: Math.min(a.firstStep, b.firstStep),
  lastStep: Math.max(a.lastStep, b.lastStep),
});

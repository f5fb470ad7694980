/**
 * The order in which the stages of a segment give their rows: a simulation driven by demand.
 *
 * The last stage wants its rows one after another. A stage that wants rows of a tensor first makes
 * the tensor's stage run until the newest of them is there. All happens on an endless grid: rows
 * before a tensor's first and after its last are demanded like any other, long enough ahead that
 * every stage settles into its rhythm before its first real row. So each stage finds the rows that
 * it reads equally far behind their newest one at every event (its lags), and addresses are
 * constants. Line buffers as in Alwani et al., Fused-Layer CNN Accelerators (MICRO 2016).
 */
import { must } from "../../diagnostics/assert.ts";
import type { RowStage } from "./stages.ts";

/** A stage gives a row; one outside the tensor is only filled. */
export interface RowEvent {
  readonly stage: number;
  readonly row: number;
}

export interface Pipeline {
  readonly events: readonly RowEvent[];
  /** lags[stage][read]: how far the first row that it reads is behind the newest one. */
  readonly lags: readonly (readonly number[])[];
}

/** Orders in which a stage may demand its operands: lower ranks first, then as given. */
export type Ranks = readonly number[];

/** The producer of each read of each stage. */
export function producersOf(stages: readonly RowStage[]): number[][] {
  const makers = new Map(stages.map(({ tensor }, stage) => [tensor, stage]));
  return stages.map(({ reads }) =>
    reads.map(({ tensor }) => must(makers.get(tensor), "the stage of a tensor")),
  );
}

/** How many stages lie between each stage and the outside at most. */
export function depths(producers: readonly (readonly number[])[]): number[] {
  const result: number[] = [];
  for (const from of producers) {
    result.push(from.reduce((depth, stage) => Math.max(depth, (result[stage] ?? 0) + 1), 0));
  }
  return result;
}

/** Rows of the last stage after which every other has its rhythm. */
const SETTLING_ROWS = 3;

/** null: a stage does not find its rows at the same distance every time. */
export function simulate(stages: readonly RowStage[], ranks: Ranks): Pipeline | null {
  const producers = producersOf(stages);
  const newest: (number | undefined)[] = stages.map(() => undefined);
  const lags: (number[] | undefined)[] = stages.map(() => undefined);
  const events: RowEvent[] = [];
  let isSteady = true;
  const orders = producers.map((from) =>
    from.map((_, read) => read).sort((a, b) => rankOf(ranks, from, a) - rankOf(ranks, from, b)),
  );
  const give = (index: number, row: number): void => {
    const { reads, height } = must(stages[index], "a stage");
    const from = must(producers[index], "producers of a stage");
    for (const read of must(orders[index], "order of a stage")) {
      const { rows, stride, top } = must(reads[read], "a read");
      demand(must(from[read], "a producer"), row * stride - top + rows - 1);
    }
    if (row < 0) return;
    events.push({ stage: index, row });
    if (row >= height) return;
    const found = reads.map(({ stride, top }, read) => {
      return must(newest[must(from[read], "a producer")], "newest row") - (row * stride - top);
    });
    const before = lags[index] ?? found;
    isSteady &&= found.every((lag, read) => lag === before[read]);
    lags[index] = before;
  };
  const demand = (index: number, wanted: number): void => {
    for (let row = (newest[index] ?? wanted - 1) + 1; row <= wanted; row++) {
      give(index, row);
      newest[index] = row;
    }
  };
  const { height } = must(stages.at(-1), "a last stage");
  for (let row = -warmUp(stages, producers); row < height; row++) give(stages.length - 1, row);
  const known = lags.map((lag, stage) => lag ?? producers[stage]?.map(() => 0) ?? []);
  return isSteady ? { events: needed(stages, producers, events), lags: known } : null;
}

function rankOf(ranks: Ranks, from: readonly number[], read: number): number {
  return must(ranks[must(from[read], "a producer")], "rank of a stage");
}

/** Rows of the last stage before its first, so that all rows before a tensor's first are past. */
function warmUp(stages: readonly RowStage[], producers: readonly (readonly number[])[]): number {
  const ahead = stages.map(() => 0);
  const strides = stages.map(() => 1);
  let most = 0;
  for (let index = stages.length - 1; index >= 0; index--) {
    must(stages[index], "a stage").reads.forEach(({ rows, stride, top }, read) => {
      const from = must(producers[index]?.[read], "a producer");
      const scale = must(strides[index], "stride of a stage") * stride;
      const reach = must(ahead[index], "rows ahead") * stride + rows - 1 - top;
      ahead[from] = Math.max(must(ahead[from], "rows ahead"), reach);
      strides[from] = scale;
      most = Math.max(most, Math.ceil(reach / scale));
    });
  }
  return most + SETTLING_ROWS;
}

/** Without the rows that no real row reads any more. */
function needed(
  stages: readonly RowStage[],
  producers: readonly (readonly number[])[],
  events: readonly RowEvent[],
): RowEvent[] {
  const isRead = stages.map((_, stage) => stage === stages.length - 1);
  const kept: RowEvent[] = [];
  for (const event of events.toReversed()) {
    if (!isRead[event.stage]) continue;
    kept.push(event);
    if (event.row >= must(stages[event.stage], "a stage").height) continue;
    for (const from of must(producers[event.stage], "producers of a stage")) isRead[from] = true;
  }
  return kept.reverse();
}

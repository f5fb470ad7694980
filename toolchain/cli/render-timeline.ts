/**
 * The memory timeline in the terminal: time across, address up, one letter a tensor.
 *
 * The drawing is a grid of address bands by steps. A cell shows the slot that covers most of its
 * band at that step, so nothing thinner than half a band is drawn. With more steps than columns, a
 * column stands for several steps and shows the one with most bytes alive.
 */
import { must } from "../diagnostics/assert.ts";
import type { Plan } from "../plan/types.ts";
import { liveOf, type Slot, usedBytes } from "../report/live.ts";
import { formatCount } from "./render.ts";
import { paintIndex, type Style } from "./style.ts";

const BANDS = 16;
const MAX_CELL_COLUMNS = 6;
const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const SCRATCH_MARK = "░";

/** The letter that stands for the tensor at this place in the list. */
export const letterOf = (index: number): string => LETTERS[index % LETTERS.length] ?? "?";

interface Mark {
  readonly mark: string;
  readonly index: number;
}

interface Column {
  readonly alive: readonly (Slot & Mark)[];
  readonly steps: number;
}

const isTensor = ({ kind }: Slot) => kind === "tensor" || kind === "window";

const markOf = (slot: Slot, index: number): Mark => ({
  index,
  mark: isTensor(slot) ? letterOf(index) : SCRATCH_MARK,
});

/** Groups steps into at most `count` columns. */
function columnsOf(plan: Plan, count: number): Column[] {
  const { slots, alive: aliveAt, usage } = liveOf(plan);
  const marks = new Map(slots.map((slot, index) => [slot, markOf(slot, index)]));
  const profile = usage.map(usedBytes);
  const perColumn = Math.ceil(profile.length / Math.max(1, count));
  const starts = Array.from({ length: Math.ceil(profile.length / perColumn) }, (_, column) => {
    return column * perColumn;
  });
  return starts.map((start) => {
    const group = profile.slice(start, start + perColumn);
    const busiest = start + group.indexOf(Math.max(...group));
    const alive = must(aliveAt[busiest], "a step").map((slot) => {
      return { ...slot, ...must(marks.get(slot), "the mark of a slot") };
    });
    return { alive, steps: group.length };
  });
}

function cellOf(column: Column, low: number, high: number): Mark | undefined {
  const covered = (slot: Slot) =>
    Math.min(high, slot.offset + slot.bytes) - Math.max(low, slot.offset);
  const best = column.alive.toSorted((a, b) => covered(b) - covered(a))[0];
  return best !== undefined && covered(best) * 2 >= high - low ? best : undefined;
}

export function renderTimeline(plan: Plan, style: Style): string {
  const margin = formatCount(plan.peakBytes).length + 2;
  const room = Math.max(8, style.columns - margin - 1);
  const columns = columnsOf(plan, room);
  const width = Math.max(1, Math.min(MAX_CELL_COLUMNS, Math.floor(room / columns.length)));
  const bands = Math.min(BANDS, Math.max(1, plan.peakBytes));
  const height = plan.peakBytes / bands;
  const rows = Array.from({ length: bands }, (_, fromTop) => {
    const low = (bands - 1 - fromTop) * height;
    const cells = columns.map((column) => {
      const cell = cellOf(column, low, low + height);
      return cell === undefined
        ? " ".repeat(width)
        : paintIndex(style, cell.index, cell.mark.repeat(width));
    });
    return `${formatCount(low + height).padStart(margin - 2)} ┤${cells.join("").trimEnd()}`;
  });
  const axis = `${" ".repeat(margin - 1)}└${"─".repeat(columns.length * width)}`;
  const last = String(Math.max(0, plan.steps.length - 1));
  const ends = `${" ".repeat(margin)}0${last.padStart(columns.length * width - 1)}  step`;
  return [...rows, axis, ends].join("\n");
}

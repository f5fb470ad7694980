/**
 * The drawing of the live set: a stacked bar for every step, one path for each kind of bytes, so
 * that a thousand steps take no more text than their heights. Bytes of two slots count once.
 */
import type { Plan } from "../plan/types.ts";
import {
  drawing,
  gridLine,
  labelEvery,
  type Margins,
  scaleTo,
  textAt,
  textWidth,
  ticks,
} from "./frame.ts";
import { type Live, type SlotKind, slotKinds, type Usage, usedBytes } from "./live.ts";
import { element, type Markup } from "./markup.ts";
import { formatCount } from "./words.ts";

const MARGIN: Margins = { left: 84, right: 16, top: 24, bottom: 30 };
const PLOT_HEIGHT = 170;
const PLOT_WIDTH = 1020;
const MIN_STEP_WIDTH = 3;

/** Bytes of the kinds below this one, at a step. */
function below(usage: Usage, kind: SlotKind): number {
  return slotKinds.slice(0, slotKinds.indexOf(kind)).reduce((sum, other) => sum + usage[other], 0);
}

const short = (value: number): number => Number(value.toFixed(2));

export function liveSvg(plan: Plan, { usage, peakStep }: Live): Markup {
  const stepWidth = Math.max(MIN_STEP_WIDTH, PLOT_WIDTH / usage.length);
  const right = MARGIN.left + stepWidth * usage.length;
  const most = Math.max(1, plan.peakBytes);
  const y = scaleTo(most, MARGIN.top, PLOT_HEIGHT, true);
  const x = scaleTo(usage.length, MARGIN.left, right - MARGIN.left);
  const gap = Math.min(4, stepWidth / 8);
  const bar = (step: number, low: number, high: number) => {
    const width = short(stepWidth - gap);
    return `M${short(x(step) + gap / 2)} ${short(y(low))}h${width}V${short(y(high))}h${-width}z`;
  };
  const layers = slotKinds.map((kind) => {
    const bars = usage.map((used, step) => {
      const low = below(used, kind);
      return used[kind] === 0 ? "" : bar(step, low, low + used[kind]);
    });
    return element("path", { d: bars.join(""), class: kind });
  });
  const every = labelEvery(stepWidth, textWidth(`${usage.length} `));
  const labels = usage.flatMap((_, step) =>
    step % every === 0
      ? [textAt(x(step + 0.5), y(0) + 16, `${step}`, { anchor: "middle", class: "muted" })]
      : [],
  );
  const peak = usage[peakStep];
  const words = `${formatCount(peak === undefined ? 0 : usedBytes(peak))} B at step ${peakStep}`;
  const half = textWidth(words) / 2;
  const at = Math.min(Math.max(x(peakStep + 0.5), MARGIN.left + half), right - half);
  const column = { x: x(peakStep), width: stepWidth, y: MARGIN.top, height: PLOT_HEIGHT };
  const size = { width: right + MARGIN.right, height: MARGIN.top + PLOT_HEIGHT + MARGIN.bottom };
  return drawing(size, "Bytes in use at each step", "live", [
    element("rect", { ...column, class: "peak-column" }),
    ...ticks(most, 4).flatMap((bytes) =>
      gridLine(y(bytes), MARGIN.left, right, formatCount(bytes)),
    ),
    ...layers,
    element("rect", { ...column, class: "peak-step" }),
    textAt(at, MARGIN.top - 8, words, { anchor: "middle", class: "accent" }),
    ...labels,
  ]);
}

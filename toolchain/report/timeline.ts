/**
 * The drawing of the arena: time across, address up, a rectangle for every planned run of bytes.
 *
 * Scales are linear and start at zero, so that areas are bytes times steps. Windows of segments are
 * striped, views are dashed outlines on the run that they are a part of. With many steps the
 * drawing gets wider, then labels thin out.
 */
import type { Plan } from "../plan/types.ts";
import { tintOf } from "./colours.ts";
import {
  clipped,
  drawing,
  gridLine,
  labelEvery,
  type Margins,
  type Scale,
  scaleTo,
  textAt,
  textWidth,
  ticks,
} from "./frame.ts";
import { type Live, type Slot, shortName, stepName, viewsOf } from "./live.ts";
import { element, type Markup } from "./markup.ts";
import { formatCount } from "./words.ts";

const MARGIN: Margins = { left: 84, right: 16, top: 26, bottom: 132 };
const PLOT_HEIGHT = 400;
const PLOT_WIDTH = 1020;
const MIN_STEP_WIDTH = 3;
const LABEL_HEIGHT = 14;
const LABEL_WIDTH = 140;
const ADDRESS_TICKS = 6;

export interface TimelineFrame {
  readonly stepWidth: number;
  readonly width: number;
  readonly height: number;
  readonly x: Scale;
  readonly y: Scale;
}

export function timelineFrame(plan: Plan): TimelineFrame {
  const steps = Math.max(1, plan.steps.length);
  const stepWidth = Math.max(MIN_STEP_WIDTH, PLOT_WIDTH / steps);
  return {
    stepWidth,
    width: MARGIN.left + steps * stepWidth + MARGIN.right,
    height: MARGIN.top + PLOT_HEIGHT + MARGIN.bottom,
    x: scaleTo(steps, MARGIN.left, steps * stepWidth),
    y: scaleTo(Math.max(1, plan.peakBytes), MARGIN.top, PLOT_HEIGHT, true),
  };
}

/** Where a slot is drawn. */
export function boxOf({ x, y }: TimelineFrame, slot: Slot) {
  const { bytes, offset, firstStep, lastStep } = slot;
  const [left, top] = [x(firstStep), y(offset + bytes)];
  return { x: left, y: top, width: x(lastStep + 1) - left, height: y(offset) - top };
}

const kindNames = { tensor: "", window: " (window)", stream: " (segment)", scratch: " (scratch)" };

const stepsOf = ({ firstStep, lastStep }: Slot): string =>
  firstStep === lastStep ? `step ${firstStep}` : `steps ${firstStep} to ${lastStep}`;

export const tooltipOf = (slot: Slot): string =>
  `${shortName(slot.name)}${kindNames[slot.kind]}: ${formatCount(slot.bytes)} B at ` +
  `${formatCount(slot.offset)}, ${stepsOf(slot)}`;

/** What paints a slot: tensors and windows in their turn, the rest by kind. */
export const fillOf = (kind: Slot["kind"], index: number): string =>
  kind === "tensor" || kind === "window" ? `t${tintOf(index)}` : kind;

function rectangle(frame: TimelineFrame, slot: Slot, index: number): Markup[] {
  const box = boxOf(frame, slot);
  const title = element("title", {}, tooltipOf(slot));
  const paint = `slot ${fillOf(slot.kind, index)}`;
  const stripes = slot.kind === "window" ? [element("rect", { ...box, class: "stripes" })] : [];
  return [element("rect", { ...box, class: paint }, title), ...stripes, ...label(box, slot)];
}

/** The slot's size and name inside its rectangle, as much of it as there is room for. */
function label(box: ReturnType<typeof boxOf>, { name, bytes }: Slot): Markup[] {
  const room = box.width - 10;
  const size = `${formatCount(bytes)} B`;
  if (box.height < LABEL_HEIGHT || room < textWidth(size)) return [];
  const left = room - textWidth(`${size} `);
  const words = left < textWidth("…name") ? size : `${size} ${clipped(shortName(name), left)}`;
  return [textAt(box.x + 5, box.y + LABEL_HEIGHT - 3, words)];
}

function viewOutline(frame: TimelineFrame, view: Slot): Markup {
  const title = element("title", {}, `part: ${tooltipOf(view)}`);
  return element("rect", { ...boxOf(frame, view), class: "view" }, title);
}

function addressAxis({ peakBytes }: Plan, { y, width }: TimelineFrame): Markup[] {
  const right = width - MARGIN.right;
  return ticks(peakBytes, ADDRESS_TICKS).flatMap((address) =>
    gridLine(y(address), MARGIN.left, right, formatCount(address)),
  );
}

function stepAxis(plan: Plan, { x, stepWidth }: TimelineFrame): Markup[] {
  const base = MARGIN.top + PLOT_HEIGHT + 12;
  const every = labelEvery(stepWidth, LABEL_HEIGHT);
  return plan.steps.flatMap((_, step) => {
    if (step % every !== 0) return [];
    const at = x(step + 0.5);
    const words = `${step} ${clipped(stepName(plan, step), LABEL_WIDTH - textWidth(`${step} `))}`;
    const transform = `rotate(-55 ${at.toFixed(2)} ${base})`;
    return [textAt(at, base, words, { anchor: "end", class: "muted", transform })];
  });
}

/** Behind all else, so that it changes no colour. */
function peakColumn({ x }: TimelineFrame, step: number): Markup {
  const [left, width] = [x(step), x(step + 1) - x(step)];
  const box = { x: left, y: MARGIN.top, width, height: PLOT_HEIGHT };
  return element("rect", { ...box, class: "peak-column" });
}

/** Where the fast RAM ends. */
function poolMarks({ pools }: Plan, { y, width }: TimelineFrame): Markup[] {
  const [fast] = pools?.pools ?? [];
  if (fast === undefined) return [];
  const [top, right] = [y(fast.bytes), width - MARGIN.right];
  const words = `fast RAM, ${formatCount(fast.bytes)} B`;
  return [
    element("line", { x1: MARGIN.left, x2: right, y1: top, y2: top, class: "peak-line" }),
    textAt(right, top + LABEL_HEIGHT, words, { anchor: "end", class: "accent" }),
  ];
}

function peakMarks(plan: Plan, { x, y, width }: TimelineFrame, step: number): Markup[] {
  const top = y(plan.peakBytes);
  const right = width - MARGIN.right;
  const words = `peak ${formatCount(plan.peakBytes)} B, most in use at step ${step}`;
  const middle = x(step + 0.5);
  const half = textWidth(words) / 2;
  const at = Math.min(Math.max(middle, MARGIN.left + half), right - half);
  return [
    element("rect", {
      ...{ x: x(step), y: top, width: x(step + 1) - x(step), height: PLOT_HEIGHT },
      class: "peak-step",
    }),
    element("line", { x1: MARGIN.left, x2: right, y1: top, y2: top, class: "peak-line" }),
    textAt(at, top - 8, words, { anchor: "middle", class: "accent" }),
  ];
}

const STRIPES: Markup = {
  markup:
    '<defs><pattern id="stripes" width="8" height="8" patternUnits="userSpaceOnUse" ' +
    'patternTransform="rotate(45)"><line x1="4" x2="4" y1="0" y2="8" class="stripe"/>' +
    "</pattern></defs>",
};

export function timelineSvg(plan: Plan, { slots, peakStep }: Live): Markup {
  const frame = timelineFrame(plan);
  return drawing(frame, "Memory over time: time across, address up", "timeline", [
    STRIPES,
    peakColumn(frame, peakStep),
    ...addressAxis(plan, frame),
    ...slots.flatMap((slot, index) => rectangle(frame, slot, index)),
    ...viewsOf(plan).map((view) => viewOutline(frame, view)),
    ...poolMarks(plan, frame),
    ...peakMarks(plan, frame, peakStep),
    ...stepAxis(plan, frame),
  ]);
}

/**
 * The drawings of the report as SVG text: the arena over time, and RAM against time.
 *
 * Scales are linear and start at zero. Colours walk the hue circle by the golden angle, so that
 * tensors next to each other differ; scratch is grey. All text passes through `escapeText`.
 */
import type { ParetoPoint, Plan } from "../plan/types.ts";
import { peakStep, type Slot, shortName, slotsOf } from "./live.ts";

const GOLDEN_ANGLE_DEGREES = 137.508;
const MARGIN = { left: 80, right: 20, top: 16, bottom: 170 };
const PLOT_HEIGHT = 420;
const MIN_STEP_WIDTH = 18;
const MIN_PLOT_WIDTH = 640;
const TICKS = 6;
const LABEL_HEIGHT = 14;
const CHARACTER_WIDTH = 6.2;

const escapes: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

export function escapeText(text: string): string {
  return text.replace(/[&<>"']/g, (character) => escapes[character] ?? "");
}

export const count = (value: number): string =>
  Math.round(value)
    .toString()
    .replace(/\B(?=(\d{3})+$)/g, ",");

export function colourOf(kind: Slot["kind"], index: number): string {
  if (kind === "scratch") return "#b8b8b8";
  return `hsl(${((index * GOLDEN_ANGLE_DEGREES) % 360).toFixed(0)} 62% 62%)`;
}

const round = (value: number) => Number(value.toFixed(2));

const textAt = (x: number, y: number, text: string, attributes = "") =>
  `<text x="${round(x)}" y="${round(y)}" ${attributes}>${escapeText(text)}</text>`;

interface Frame {
  readonly stepWidth: number;
  readonly width: number;
  readonly x: (step: number) => number;
  readonly y: (address: number) => number;
}

function frameOf(plan: Plan): Frame {
  const steps = Math.max(1, plan.steps.length);
  const stepWidth = Math.max(MIN_STEP_WIDTH, MIN_PLOT_WIDTH / steps);
  const top = Math.max(1, plan.peakBytes);
  return {
    stepWidth,
    width: MARGIN.left + steps * stepWidth + MARGIN.right,
    x: (step) => MARGIN.left + step * stepWidth,
    y: (address) => MARGIN.top + PLOT_HEIGHT * (1 - address / top),
  };
}

function slotRectangle(frame: Frame, slot: Slot, index: number): string {
  const { name, kind, bytes, offset, firstStep, lastStep } = slot;
  const title =
    `${name} (${kind}): ${count(bytes)} B at ${count(offset)}, ` +
    (firstStep === lastStep ? `step ${firstStep}` : `steps ${firstStep} to ${lastStep}`);
  const height = frame.y(offset) - frame.y(offset + bytes);
  return (
    `<rect x="${round(frame.x(firstStep))}" y="${round(frame.y(offset + bytes))}" ` +
    `width="${round((lastStep - firstStep + 1) * frame.stepWidth)}" height="${round(height)}" ` +
    `fill="${colourOf(kind, index)}"><title>${escapeText(title)}</title></rect>` +
    slotLabel(frame, slot)
  );
}

/** The slot's name and size inside its rectangle, as much of it as there is room for. */
function slotLabel(frame: Frame, { name, kind, bytes, offset, firstStep, lastStep }: Slot): string {
  const width = (lastStep - firstStep + 1) * frame.stepWidth;
  const top = frame.y(offset + bytes);
  const room = Math.floor((width - 8) / CHARACTER_WIDTH);
  const words = `${count(bytes)} B`;
  const fits = kind === "tensor" && frame.y(offset) - top >= LABEL_HEIGHT && room >= words.length;
  if (!fits) return "";
  const full = `${words} ${shortName(name)}`;
  const text = full.length <= room ? full : words;
  return textAt(frame.x(firstStep) + 4, top + LABEL_HEIGHT - 3, text, 'class="label"');
}

function addressAxis(plan: Plan, frame: Frame): string[] {
  return Array.from({ length: TICKS + 1 }, (_, tick) => {
    const address = Math.round((plan.peakBytes * tick) / TICKS);
    const y = frame.y(address);
    const right = frame.width - MARGIN.right;
    return (
      `<line x1="${MARGIN.left}" x2="${round(right)}" y1="${round(y)}" y2="${round(y)}" ` +
      `class="grid"/>${textAt(MARGIN.left - 8, y + 4, count(address), 'text-anchor="end"')}`
    );
  });
}

function stepAxis(plan: Plan, frame: Frame): string[] {
  const base = MARGIN.top + PLOT_HEIGHT + 14;
  return plan.steps.map(({ node }, step) => {
    const x = round(frame.x(step) + frame.stepWidth / 2);
    const name = shortName(plan.graph.nodes[node]?.name ?? "");
    const short = name.length > 22 ? `…${name.slice(-21)}` : name;
    const turn = `text-anchor="end" transform="rotate(-60 ${x} ${base})"`;
    return textAt(x, base, `${step} ${short}`, turn);
  });
}

/** Time across, address up; a rectangle for every planned run of bytes. */
export function timelineSvg(plan: Plan): string {
  const frame = frameOf(plan);
  const height = MARGIN.top + PLOT_HEIGHT + MARGIN.bottom;
  const peakX = round(frame.x(peakStep(plan)));
  return [
    `<svg viewBox="0 0 ${round(frame.width)} ${height}" width="${round(frame.width)}" role="img">`,
    "<title>Memory over time</title>",
    ...addressAxis(plan, frame),
    ...slotsOf(plan).map((slot, index) => slotRectangle(frame, slot, index)),
    `<rect x="${peakX}" y="${MARGIN.top}" width="${round(frame.stepWidth)}" ` +
      `height="${PLOT_HEIGHT}" class="peak"/>`,
    ...stepAxis(plan, frame),
    "</svg>",
  ].join("\n");
}

const PARETO = { width: 460, height: 260, left: 100, bottom: 40, inset: 20 };

/** RAM across, predicted instructions up; one dot a plan. */
export function paretoSvg(points: readonly ParetoPoint[], plan: Plan): string {
  const { width, height, left, bottom, inset } = PARETO;
  const mostBytes = Math.max(1, ...points.map(({ peakBytes }) => peakBytes));
  const mostWork = Math.max(1, ...points.map((point) => point.predictedInstructions));
  const x = (bytes: number) => round(left + ((width - left - inset) * bytes) / mostBytes);
  const y = (work: number) => round((height - bottom) * (1 - work / mostWork) + inset);
  const dots = points.map(({ peakBytes, predictedInstructions }) => {
    const chosen = predictedInstructions === plan.predictedInstructions;
    const title = `${count(peakBytes)} B, ${count(predictedInstructions)} instructions`;
    return (
      `<circle cx="${x(peakBytes)}" cy="${y(predictedInstructions)}" r="${chosen ? 7 : 4}" ` +
      `class="${chosen ? "chosen" : "dot"}"><title>${escapeText(title)}</title></circle>`
    );
  });
  const base = y(0);
  return [
    `<svg viewBox="0 0 ${width} ${height + inset}" width="${width}" role="img">`,
    "<title>RAM against predicted instructions</title>",
    `<line x1="${left}" x2="${width - inset}" y1="${base}" y2="${base}" class="axis"/>`,
    `<line x1="${left}" x2="${left}" y1="${inset}" y2="${base}" class="axis"/>`,
    textAt(width - inset, base + 18, `${count(mostBytes)} B of RAM`, 'text-anchor="end"'),
    textAt(left - 6, inset + 8, count(mostWork), 'text-anchor="end"'),
    textAt(left - 6, base, "0", 'text-anchor="end"'),
    ...dots,
    "</svg>",
  ].join("\n");
}

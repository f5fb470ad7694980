/**
 * The drawing of what memory buys: RAM across, predicted instructions up, a mark for each plan that
 * no other beats; diamonds stream, the filled one is this plan. Numbers are rows of the table.
 */
import type { ParetoPoint, Plan } from "../plan/types.ts";
import { drawing, gridLine, type Margins, scaleTo, textAt, ticks } from "./frame.ts";
import { element, type Markup } from "./markup.ts";
import { formatCount } from "./words.ts";

const SIZE = { width: 640, height: 320 };
const MARGIN: Margins = { left: 104, right: 24, top: 20, bottom: 46 };
const RADIUS = 5;

/** Whether this plan is that point. */
export const isChosen = (point: ParetoPoint, plan: Plan): boolean =>
  point.peakBytes === plan.peakBytes && point.predictedInstructions === plan.predictedInstructions;

function mark(x: number, y: number, streams: boolean, chosen: boolean, title: string): Markup {
  const list = ["point", ...(streams ? ["streams"] : []), ...(chosen ? ["chosen"] : [])].join(" ");
  const radius = chosen ? RADIUS + 1 : RADIUS;
  const words = element("title", {}, title);
  if (!streams) return element("circle", { cx: x, cy: y, r: radius, class: list }, words);
  const side = radius + 1;
  const start = `M${x.toFixed(2)} ${(y - side).toFixed(2)}`;
  const d = `${start}l${side} ${side}l${-side} ${side}l${-side} ${-side}z`;
  return element("path", { d, class: list }, words);
}

const NUMBER_PIXELS = 16;

/** The points' rows in the table, where they have room. */
function numbersOf(places: readonly (readonly [number, number])[]): Markup[] {
  let [lastX, lastY] = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
  return places.flatMap(([x, y], index) => {
    if (Math.hypot(x - lastX, y - lastY) < NUMBER_PIXELS) return [];
    [lastX, lastY] = [x, y];
    return [textAt(x, y - RADIUS - 5, `${index + 1}`, { anchor: "middle" })];
  });
}

export function paretoSvg(points: readonly ParetoPoint[], plan: Plan): Markup {
  const { width, height } = SIZE;
  const all = [plan, ...points];
  const mostBytes = Math.max(1, ...all.map(({ peakBytes }) => peakBytes));
  const mostWork = Math.max(1, ...all.map((point) => point.predictedInstructions));
  const right = width - MARGIN.right;
  const x = scaleTo(mostBytes, MARGIN.left, right - MARGIN.left);
  const y = scaleTo(mostWork, MARGIN.top, height - MARGIN.top - MARGIN.bottom, true);
  const at = (point: { readonly peakBytes: number; readonly predictedInstructions: number }) =>
    [x(point.peakBytes), y(point.predictedInstructions)] as const;
  const words = (point: ParetoPoint | Plan) =>
    `${formatCount(point.peakBytes)} B, ${formatCount(point.predictedInstructions)} instructions`;
  const line = points.map((point) =>
    at(point)
      .map((value) => value.toFixed(2))
      .join(" "),
  );
  const marks = points.map((point) => {
    return mark(...at(point), point.segments.length > 0, isChosen(point, plan), words(point));
  });
  const numbers = numbersOf(points.map(at));
  const own = mark(...at(plan), plan.segments.length > 0, true, `this plan: ${words(plan)}`);
  const bytesTicks = ticks(mostBytes, 5).map((bytes) =>
    textAt(x(bytes), y(0) + 16, formatCount(bytes), { anchor: "middle", class: "muted" }),
  );
  const title = "Predicted instructions against RAM";
  return drawing(SIZE, title, "pareto", [
    ...ticks(mostWork, 5).flatMap((work) =>
      gridLine(y(work), MARGIN.left, right, formatCount(work)),
    ),
    ...bytesTicks,
    textAt(right, height - 8, "bytes of RAM", { anchor: "end", class: "muted" }),
    ...(line.length > 1 ? [element("path", { d: `M${line.join("L")}`, class: "front" })] : []),
    ...marks,
    ...numbers,
    ...(points.some((point) => isChosen(point, plan)) ? [] : [own]),
  ]);
}

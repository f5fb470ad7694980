/**
 * The memory report: one HTML file with inline SVG and no scripts, fonts or links, so that it opens
 * anywhere and can be mailed. A pure function of what is planned; the same plan gives the same
 * bytes. Follows the reader's colour scheme; wide drawings and tables scroll in their own frames.
 */
import { styleSheet } from "./colours.ts";
import { type Live, liveOf, slotKinds, type Usage } from "./live.ts";
import { liveSvg } from "./live-sets.ts";
import { type Content, element, join, type Markup } from "./markup.ts";
import { paretoSvg } from "./pareto.ts";
import {
  adviceTable,
  boardTable,
  headline,
  legend,
  paretoTable,
  peakTable,
  type ReportInput,
  stepTable,
} from "./sections.ts";
import { timelineSvg } from "./timeline.ts";

export type { ReportInput } from "./sections.ts";

const figure = (name: string, svg: Markup): Markup =>
  element("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": name }, svg);

function section(title: string, ...contents: readonly Content[]): Markup {
  const parts = contents.map((content) =>
    typeof content === "string" ? element("p", { class: "muted" }, content) : content,
  );
  return element("section", {}, join([element("h2", {}, title), ...parts]));
}

const kindsIn = ({ usage }: Live) =>
  slotKinds.filter((kind) => usage.some((used: Usage) => used[kind] > 0));

function body(input: ReportInput): Markup {
  const { plan, pareto, advice, board } = input;
  const live = liveOf(plan);
  const kinds = kindsIn(live);
  const timeline = figure("Memory over time", timelineSvg(plan, live));
  const bars = figure("Bytes in use at each step", liveSvg(plan, live));
  return join([
    element("h1", {}, `Memory plan of ${plan.graph.name}`),
    element("p", { class: "muted" }, `for ${board.name}, --optimize ${plan.optimize}`),
    headline(input, live),
    ...(advice.length === 0 ? [] : [section("What would make it fit", adviceTable(advice))]),
    section(
      "Memory over time",
      "Time runs right, addresses up; point at a block for its name. Dashes mark the peak.",
      timeline,
    ),
    section(
      "Bytes in use at each step",
      "Bytes that an output shares with a dying input count once.",
      ...[bars, legend(kinds), peakTable(live)],
    ),
    section(
      "What memory buys",
      "A diamond streams rows through some steps; the filled mark is this plan.",
      figure("What memory buys", paretoSvg(pareto, plan)),
      paretoTable(input),
    ),
    section("Boards", boardTable(input)),
    section("Steps", stepTable(plan, live)),
  ]);
}

export function htmlReport(input: ReportInput): string {
  const title = element("title", {}, `Memory plan of ${input.plan.graph.name}`).markup;
  return [
    '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8"/>',
    '<meta name="viewport" content="width=device-width, initial-scale=1"/>',
    `${title}\n<style>${styleSheet}</style>\n</head>\n<body>\n<main>`,
    body(input).markup,
    "</main>\n</body>\n</html>\n",
  ].join("\n");
}

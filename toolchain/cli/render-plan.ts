/** A plan for people: the figures, what fits where, the timeline, and what memory costs in time. */
import { commandText, laidOver } from "../advise/command-line.ts";
import { type Fit, ramForModel } from "../boards/fit.ts";
import type { Board } from "../boards/schema.ts";
import type { ParetoPoint, Plan } from "../plan/types.ts";
import type { ReportInput } from "../report/html.ts";
import { liveOf, shortName, slotsOf, stepName } from "../report/live.ts";
import { isChosen } from "../report/pareto.ts";
import { orderWords, poolWords, proofWords, stepRanges, streamedSteps } from "../report/words.ts";
import {
  formatBytes,
  formatCount,
  formatSeconds,
  heading,
  ramParts,
  renderFields,
  renderTable,
} from "./render.ts";
import { letterOf, renderTimeline } from "./render-timeline.ts";
import { paint, paintIndex, type Style } from "./style.ts";

export interface PlanReport extends ReportInput {
  readonly linearMemoryBytes: number;
}

function figures({ plan, board, fit }: PlanReport): string {
  const seconds = plan.predictedInstructions / board.cpu.instructionsPerSecondGuess;
  const { peakStep: step } = liveOf(plan);
  const node = stepName(plan, step);
  const streamed = streamedSteps(plan);
  return renderFields([
    ["peak RAM", `${formatBytes(plan.peakBytes)}, ${proofWords(plan)}`],
    ["  at", `step ${step}, ${node}`],
    ["  tensors alone", formatBytes(plan.tensorBytes)],
    ...(plan.pools ? [["fast RAM", poolWords(plan.pools)] as const] : []),
    ["order", orderWords(plan)],
    ["row by row", streamed === "" ? "no steps" : `steps ${streamed}`],
    [`RAM on ${board.id}`, `${formatBytes(fit.deviceRamBytes)} = ${ramParts(plan, fit)}`],
    ["flash", formatBytes(fit.flashBytes)],
    ["native stack", nativeStack(board, fit)],
    ["MACs", `${formatCount(plan.macs)}, ${formatBytes(plan.weightBytesRead)} of weights read`],
    [
      "prediction",
      `${formatCount(plan.predictedInstructions)} instructions, ${board.cpu.instructions.core}`,
    ],
    ["", `about ${formatSeconds(seconds)} on ${board.id}, from a guessed speed`],
    ["kernels", `${plan.optimize}, rounding as ${plan.rounding}`],
  ]);
}

function nativeStack({ runtime }: Board, { nativeStackBytes }: Fit): string {
  const reserved = formatBytes(runtime.nativeStackBytes);
  const why = runtime.tailCalls ? "" : ", a frame an operator: no tail calls";
  return `${formatBytes(nativeStackBytes)} of ${reserved}${why}`;
}

function verdictOf({ ramFits, flashFits, stackFits }: Fit, id: string): string {
  const lacking = [...(ramFits ? [] : ["RAM"]), ...(flashFits ? [] : ["flash"])];
  // Kernels are chosen for the native stack of one board; another may need others.
  const all = [...lacking, ...(stackFits ? [] : [`native stack; plan with --board ${id}`])];
  return all.length === 0 ? "fits" : `does not fit (${all.join(", ")})`;
}

function verdicts({ fits }: PlanReport, style: Style): string {
  const rows = fits.map(({ board, fit }) => {
    const margin = ramForModel(board) - fit.deviceRamBytes;
    return [
      board.id,
      formatBytes(fit.deviceRamBytes),
      formatBytes(ramForModel(board)),
      margin < 0 ? `-${formatBytes(-margin)}` : formatBytes(margin),
      verdictOf(fit, board.id),
    ];
  });
  const right = { align: "right" } as const;
  return renderTable(
    [
      { title: "board" },
      { title: "needs RAM", ...right },
      { title: "leaves", ...right },
      { title: "margin", ...right },
      { title: "" },
    ],
    rows,
    style,
  );
}

function tensors(plan: Plan, style: Style): string {
  const slots = slotsOf(plan);
  const rows = slots
    .filter(({ kind }) => kind === "tensor")
    .map(({ name, bytes, offset, firstStep, lastStep }, index) => [
      letterOf(index),
      formatCount(bytes),
      formatCount(offset),
      `${firstStep}-${lastStep}`,
      shortName(name),
    ]);
  const right = { align: "right" } as const;
  const [header = "", ...lines] = renderTable(
    [
      { title: " " },
      { title: "bytes", ...right },
      { title: "offset", ...right },
      { title: "steps" },
      { title: "tensor" },
    ],
    rows,
    style,
  ).split("\n");
  const coloured = lines.map(
    (line, index) => paintIndex(style, index, line[0] ?? "") + line.slice(1),
  );
  const scratch = Math.max(0, ...slots.map(({ kind, bytes }) => (kind === "scratch" ? bytes : 0)));
  const note = paint(
    style,
    "dim",
    `░ kernel scratch, at most ${formatBytes(scratch)} in one piece`,
  );
  return [header, ...coloured, note].join("\n");
}

const POINTS_MAX = 12;

/** Both ends, what is chosen, and the rest evenly. */
function shownPoints({ pareto, plan }: PlanReport): ParetoPoint[] {
  const every = Math.ceil(pareto.length / POINTS_MAX);
  return pareto.filter(
    (point, index) => index % every === 0 || index === pareto.length - 1 || isChosen(point, plan),
  );
}

function tradeOffs(report: PlanReport, style: Style): string {
  const { pareto, plan, command } = report;
  const right = { align: "right" } as const;
  const fastest = Math.min(...pareto.map((point) => point.predictedInstructions));
  const shown = shownPoints(report);
  const rows = shown.map((point) => [
    formatBytes(point.peakBytes),
    (point.predictedInstructions / fastest).toFixed(3),
    formatBytes(point.weightBytesRead),
    formatBytes(point.deviceBytes),
    stepRanges(point.segments),
    isChosen(point, plan) ? "this plan" : "",
  ]);
  const table = renderTable(
    [
      { title: "peak RAM", ...right },
      { title: "x fastest", ...right },
      { title: "weights read", ...right },
      { title: "with code", ...right },
      { title: "row by row" },
      { title: "" },
    ],
    rows,
    style,
  );
  const more = pareto.length - shown.length;
  const rest = more === 0 ? "" : ` (${more} more with --json)`;
  const line = commandText(laidOver(command, { "--ram-budget": "BYTES" }));
  return `${table}\n${paint(style, "dim", `a line of these: ${line}${rest}`)}`;
}

export function renderPlan(report: PlanReport, style: Style): string {
  const { plan } = report;
  const sections: readonly (readonly [string, string])[] = [
    [`Plan of ${plan.graph.name}`, figures(report)],
    ["Boards", verdicts(report, style)],
    ["Memory over time (address up, steps across)", renderTimeline(plan, style)],
    ["Tensors", tensors(plan, style)],
    ["What memory buys", tradeOffs(report, style)],
  ];
  return sections.map(([title, body]) => `${heading(style, title)}\n${body}`).join("\n\n");
}

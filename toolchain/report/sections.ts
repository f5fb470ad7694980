/**
 * The report's tables and figures of numbers, each a pure function of what is planned. Node numbers
 * are steps.
 */
import type { Advice } from "../advise/advise.ts";
import { type CommandLine, commandText, laidOver } from "../advise/command-line.ts";
import type { Fit } from "../boards/fit.ts";
import { fits as isFit, ramForModel } from "../boards/fit.ts";
import type { Board } from "../boards/schema.ts";
import type { ParetoPoint, Plan } from "../plan/types.ts";
import { type Live, peakSlots, type Slot, type SlotKind, shortName, stepName } from "./live.ts";
import { type Content, element, join, type Markup, type Row, table } from "./markup.ts";
import { isChosen } from "./pareto.ts";
import { fillOf } from "./timeline.ts";
import {
  formatBytes,
  formatCount,
  formatSeconds,
  orderWords,
  proofWords,
  stepRanges,
  streamedSteps,
} from "./words.ts";

export interface ReportInput {
  readonly plan: Plan;
  readonly board: Board;
  readonly fit: Fit;
  readonly fits: readonly { readonly board: Board; readonly fit: Fit }[];
  readonly pareto: readonly ParetoPoint[];
  readonly advice: readonly Advice[];
  /** The command line that made this plan. */
  readonly command: CommandLine;
}

export function headline({ plan, board, fit }: ReportInput, { peakStep }: Live): Markup {
  const { core } = board.cpu.instructions;
  const time = plan.predictedInstructions / board.cpu.instructionsPerSecondGuess;
  const cards: readonly (readonly [string, string, string])[] = [
    ["Peak RAM of the plan", formatBytes(plan.peakBytes), proofWords(plan)],
    ["Where", `step ${peakStep}`, stepName(plan, peakStep)],
    [
      `RAM on ${board.id}`,
      formatBytes(fit.deviceRamBytes),
      `of ${formatBytes(ramForModel(board))}: with runtime and translated code`,
    ],
    ["Flash", formatBytes(fit.flashBytes), `of ${formatBytes(board.modelSlot.bytes)}`],
    ["Predicted work", formatCount(plan.predictedInstructions), `instructions, ${core}`],
    ["Predicted time", formatSeconds(time), `on ${board.id}, from a guessed speed`],
    [
      "Multiply-adds",
      formatCount(plan.macs),
      `${formatBytes(plan.weightBytesRead)} of weights read`,
    ],
    ["Row by row", streamedSteps(plan) || "no steps", "of the tensors between, windows"],
    ["Order of steps", formatBytes(plan.order.plannedBytes), orderWords(plan)],
  ];
  const list = cards.map(([name, value, note]) =>
    element(
      "div",
      {},
      element("dt", {}, name),
      element("dd", {}, value, element("small", {}, note)),
    ),
  );
  return element("dl", { class: "cards" }, join(list));
}

const kindWords: Readonly<Record<SlotKind, string>> = {
  tensor: "tensor",
  window: "window of newest rows",
  stream: "kept by a segment",
  scratch: "kernel scratch",
};

const swatch = (fill: string): Markup => element("span", { class: `swatch ${fill}` }, "");

export function legend(kinds: readonly SlotKind[]): Markup {
  const items = kinds.map((kind) => element("li", {}, swatch(kind), kindWords[kind]));
  return element("ul", { class: "legend" }, join(items));
}

export function peakTable(live: Live): Markup {
  const indices = new Map(live.slots.map((slot, index) => [slot, index]));
  const rows = peakSlots(live).map((slot): Row => {
    const { kind, name, offset } = slot;
    const fill = fillOf(kind, indices.get(slot) ?? 0);
    const label: Content = {
      markup: swatch(fill).markup + element("span", {}, shortName(name)).markup,
    };
    return { cells: [label, kindWords[kind], slot.bytes, offset, stepsOf(slot)] };
  });
  return table(
    "Alive at the peak; an output may lie on the input it replaces",
    [
      ...[{ title: "Name" }, { title: "What" }, { title: "Bytes", isNumber: true }],
      ...[
        { title: "Address", isNumber: true },
        { title: "Steps", isNumber: true },
      ],
    ],
    rows,
  );
}

const stepsOf = ({ firstStep, lastStep }: Slot): string =>
  firstStep === lastStep ? `${firstStep}` : `${firstStep} to ${lastStep}`;

export function boardTable({ fits, board: own }: ReportInput): Markup {
  const rows = fits.map(({ board, fit }): Row => {
    const verdict = isFit(fit) ? "fits" : element("span", { class: "bad" }, "does not fit");
    const cells = [board.name, fit.deviceRamBytes, ramForModel(board), verdict, board.status];
    return { cells, class: board.id === own.id ? "peak" : undefined };
  });
  return table(
    "This plan on every board",
    [
      ...[{ title: "Board" }, { title: "Needs RAM (B)", isNumber: true }],
      ...[{ title: "Leaves (B)", isNumber: true }, { title: "" }, { title: "Status" }],
    ],
    rows,
  );
}

export function paretoTable({ pareto, plan, command }: ReportInput): Markup {
  const fastest = Math.min(...pareto.map((point) => point.predictedInstructions));
  const rows = pareto.map((point, index): Row => {
    const { peakBytes, predictedInstructions, weightBytesRead, deviceBytes, segments } = point;
    const line = commandText(laidOver(command, { "--ram-budget": `${peakBytes}` }));
    return {
      cells: [
        ...[index + 1, peakBytes, predictedInstructions],
        (predictedInstructions / fastest).toFixed(3),
        ...[weightBytesRead, deviceBytes, stepRanges(segments)],
        element("code", {}, line),
      ],
      class: isChosen(point, plan) ? "peak" : undefined,
    };
  });
  return table(
    "Plans that no other beats",
    [
      ...["", "Peak RAM (B)", "Instructions", "x fastest", "Weights read (B)"].map((title) => {
        return { title, isNumber: true };
      }),
      { title: "With code (B)", isNumber: true },
      ...[{ title: "Streams steps" }, { title: "Command" }],
    ],
    rows,
  );
}

export function adviceTable(advice: readonly Advice[]): Markup {
  const rows = advice.map((one): Row => {
    const { change, peakBytes, deviceRamBytes, slowdown, fits, command, estimated } = one;
    const verdict = fits === null ? "not measured" : fits ? "fits" : "does not fit";
    return {
      cells: [
        estimated ? `${change} (an estimate)` : change,
        peakBytes,
        deviceRamBytes === null ? "" : formatCount(deviceRamBytes),
        slowdown.toFixed(3),
        verdict,
        command === null ? "" : element("code", {}, command),
      ],
      class: fits ? "peak" : undefined,
    };
  });
  return table(
    "Changes, cheapest first",
    [
      ...[
        { title: "Change", isWide: true },
        { title: "Peak RAM (B)", isNumber: true },
      ],
      ...[
        { title: "RAM on the board (B)", isNumber: true },
        { title: "x time", isNumber: true },
      ],
      ...[{ title: "" }, { title: "Command" }],
    ],
    rows,
  );
}

export function stepTable(plan: Plan, { peakStep }: Live): Markup {
  const streamed = new Map(
    plan.segments.flatMap(({ firstStep, lastStep }) =>
      Array.from({ length: lastStep - firstStep + 1 }, (_, index) => {
        return [firstStep + index, `${firstStep} to ${lastStep}`] as const;
      }),
    ),
  );
  const rows = plan.steps.map(({ node, form }, step): Row => {
    const cost = form?.cost;
    return {
      cells: [
        ...[step, shortName(plan.graph.nodes[node]?.name ?? ""), plan.graph.nodes[node]?.op ?? ""],
        form?.name ?? "renames bytes",
        ...[cost?.instructions ?? 0, 4 * (cost?.codeWords ?? 0), cost?.weightBytesRead ?? 0],
        streamed.get(step) ?? "",
      ],
      class: step === peakStep ? "peak" : undefined,
    };
  });
  return table(
    "Code of a function counts for every step that calls it; equal functions are kept once",
    [
      ...[{ title: "Step", isNumber: true }, { title: "Node" }, { title: "Operator" }],
      ...[{ title: "Kernel form" }, { title: "Instructions", isNumber: true }],
      ...[
        { title: "Code (B)", isNumber: true },
        { title: "Flash read (B)", isNumber: true },
      ],
      { title: "Row by row with" },
    ],
    rows,
  );
}

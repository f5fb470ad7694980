/**
 * What could be changed when a model does not fit: each change as the flags that the user would
 * type and the planning that those flags mean, so that both give the same plan. None is planned.
 *
 * Efforts go from the cheapest: an option costs nothing to try, another board costs money, another
 * input size a training, another number format a conversion.
 */
import {
  type Fit,
  fastRamBytes,
  fitOn,
  fits,
  nestedOperatorsMax,
  ramForModel,
} from "../boards/fit.ts";
import type { Board } from "../boards/schema.ts";
import type { Graph } from "../ir/graph.ts";
import type { PlanOptions } from "../plan/plan.ts";
import type { Optimize, ParetoPoint } from "../plan/types.ts";
import type { Flags } from "./command-line.ts";
import { imageSizeOf, withInputSize } from "./input-size.ts";
import { int8Twin } from "./int8-twin.ts";
import type { AdviceRequest } from "./request.ts";

export const efforts = ["option", "board", "input", "format"] as const;
export type Effort = (typeof efforts)[number];

export interface Candidate {
  /** In words. */
  readonly change: string;
  /** null: edgeflash has no option for it. */
  readonly flags: Flags | null;
  readonly board: Board;
  readonly settings: PlanOptions;
  /** The model as it would be read; throws a Diagnostic where the change is impossible. */
  readonly graph: () => Graph;
}

/** What a board adds to the settings of planning. */
export function settingsOn(board: Board, settings: PlanOptions): PlanOptions {
  const core = board.cpu.instructions.ratios;
  const { runsInPlace } = board.runtime;
  const limits = {
    nestedOperatorsMax: nestedOperatorsMax(board),
    fastRamBytes: fastRamBytes(board),
  };
  return { ...settings, ...limits, core, runsInPlace };
}

/** The settings without what they aim for; limits that the user set stay. */
export function withoutGoal(settings: PlanOptions): PlanOptions {
  const { ramBudgetBytes: _ram, latencyBudget: _time, ...others } = settings;
  return { ...others, optimize: "balanced" };
}

type Change = Omit<Candidate, "board" | "graph">;

const goalWords: Readonly<Record<Optimize, string>> = {
  ram: "the least planned memory",
  balanced: "the least memory and code for little time",
  speed: "the fastest kernels",
};

function otherGoals({ settings }: AdviceRequest): Change[] {
  return (["ram", "balanced"] as const).map((optimize) => ({
    change: goalWords[optimize],
    flags: { "--optimize": optimize },
    settings: { ...withoutGoal(settings), optimize },
  }));
}

const LATENCY_BUDGETS = [1.1, 1.3];

/** All that the memory can be had for, with a limit to the time. */
function moreTime({ settings }: AdviceRequest): Change[] {
  return LATENCY_BUDGETS.map((latencyBudget) => ({
    change: `the least memory within ${latencyBudget} times the fastest`,
    flags: { "--latency-budget": `${latencyBudget}` },
    settings: { ...withoutGoal(settings), latencyBudget },
  }));
}

/** Taking back what the user ruled out, and an image that never exists as a whole. */
function otherWays({ settings }: AdviceRequest): Change[] {
  const ways = [
    {
      isOpen: settings.streaming === false,
      change: "steps that run row by row",
      flags: { "--no-streaming": null },
      settings: { ...settings, streaming: true },
    },
    {
      isOpen: settings.tensorLevel === true,
      change: "outputs on dying inputs",
      flags: { "--tensor-level": null },
      settings: { ...settings, tensorLevel: false },
    },
    {
      isOpen: settings.inputByRows !== true,
      change: "the image given row by row",
      flags: { "--input-by-rows": true },
      settings: { ...settings, inputByRows: true },
    },
  ] as const;
  return ways.filter(({ isOpen }) => isOpen).map(({ isOpen: _, ...change }) => change);
}

const POINTS_MAX = 2;

/** Points of the front: the fastest that promise to fit, else the leanest. */
function otherPoints({ settings, pareto, target, plan }: AdviceRequest): Change[] {
  if (target.kind === "budget") return [];
  const wanted = ramForModel(target.board) - target.besideBytes;
  const leaner = pareto
    .filter(({ peakBytes }) => peakBytes < plan.peakBytes)
    .toSorted((a, b) => a.predictedInstructions - b.predictedInstructions);
  const promising = leaner.filter(({ deviceBytes }) => deviceBytes <= wanted);
  const leanest = leaner.toSorted((a, b) => a.deviceBytes - b.deviceBytes).slice(0, 1);
  const chosen = promising.length > 0 ? promising.slice(0, POINTS_MAX) : leanest;
  return chosen.map(({ peakBytes, segments }: ParetoPoint) => ({
    change: `at most ${peakBytes} B planned${streamWords(segments)}`,
    flags: { "--ram-budget": `${peakBytes}` },
    settings: { ...withoutGoal(settings), ramBudgetBytes: peakBytes },
  }));
}

const streamWords = (segments: ParetoPoint["segments"]): string =>
  segments.map(([first, last]) => `, steps ${first} to ${last} row by row`).join("");

/** The least that was found, when a budget asks for less. */
function leastBudget({ settings, plan }: AdviceRequest): Change[] {
  const ramBudgetBytes = plan.peakBytes;
  return [
    {
      change: "the least budget that can be met",
      flags: { "--ram-budget": `${ramBudgetBytes}` },
      settings: { ...settings, ramBudgetBytes },
    },
  ];
}

function otherOptions(request: AdviceRequest): Candidate[] {
  const { graph, board, target } = request;
  const goals =
    target.kind === "budget"
      ? leastBudget(request)
      : [...otherGoals(request), ...moreTime(request), ...otherPoints(request)];
  const changes = [...goals, ...otherWays(request)];
  return changes.map((change) => ({ ...change, board, graph: () => graph }));
}

/** The smallest board that this very plan would fit. */
function otherBoards({ target, boards, settings, graph }: AdviceRequest): Candidate[] {
  if (target.kind === "budget") return [];
  const fitsOn = (board: Board): boolean => {
    const fit: Fit = fitOn(board, target.footprint);
    // Kernels are chosen for a board's native stack, so the present ones say nothing of it.
    return fits({ ...fit, stackFits: true });
  };
  const larger = boards
    .filter(({ id, status }) => id !== target.board.id && status === "emulated")
    .filter(fitsOn)
    .toSorted((a, b) => ramForModel(a) - ramForModel(b));
  return larger.slice(0, 1).map((board) => ({
    change: `${board.name} instead`,
    flags: { "--board": board.id },
    board,
    settings: settingsOn(board, settings),
    graph: () => graph,
  }));
}

const INPUT_SCALES = [3 / 4, 1 / 2, 1 / 4];
const INPUT_MIN = 8;

function smallerInputs({ graph, settings, board }: AdviceRequest): Candidate[] {
  const size = imageSizeOf(graph);
  if (size === null || Math.min(size.height, size.width) < INPUT_MIN) return [];
  return INPUT_SCALES.map((scale) => {
    const [height, width] = [Math.round(size.height * scale), Math.round(size.width * scale)];
    const words = `${height}x${width}`;
    return {
      change: `an input of ${words}, after training for it`,
      flags: { "--input-size": words },
      board,
      settings,
      graph: () => withInputSize(graph, { height, width }),
    };
  });
}

function otherFormats({ graph, settings, board }: AdviceRequest): Candidate[] {
  const twin = () => int8Twin(graph);
  return [{ change: "an int8 model", flags: null, board, settings, graph: twin }];
}

/** All changes worth planning, by effort. */
export const candidates: Readonly<Record<Effort, (request: AdviceRequest) => Candidate[]>> = {
  option: otherOptions,
  board: otherBoards,
  input: smallerInputs,
  format: otherFormats,
};

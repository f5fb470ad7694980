/**
 * The fit assistant: when a model does not fit, which changes would help, and what each gives.
 *
 * Every figure comes from really planning the change, so that its command line gives exactly those
 * bytes; RAM on a board is measured for the most promising few, by building and loading them. Only
 * an int8 model of a float one is an estimate (int8-twin.ts). Sorted by effort, then by predicted
 * time, then by bytes; a greater effort is looked into only while the lesser ones help too little.
 * Limited by counts: the same request, the same advice.
 */
import { type Fit, type Footprint, fitOn, fits, ramForModel } from "../boards/fit.ts";
import type { Board } from "../boards/schema.ts";
import { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Graph } from "../ir/graph.ts";
import { rewrite } from "../passes/pipeline.ts";
import { makePlan, type PlanOptions, paretoPoints } from "../plan/plan.ts";
import type { Plan } from "../plan/types.ts";
import { type Candidate, candidates, type Effort, efforts, withoutGoal } from "./candidates.ts";
import { commandText, laidOver } from "./command-line.ts";
import type { AdviceRequest, Target } from "./request.ts";

export interface Advice {
  readonly effort: Effort;
  /** What to change, in words. */
  readonly change: string;
  /** The command line that plans it; null: edgeflash has none for it. */
  readonly command: string | null;
  readonly peakBytes: number;
  readonly predictedInstructions: number;
  /** Predicted time, as a multiple of that of the plan that does not fit. */
  readonly slowdown: number;
  /** Measured in the simulator; null: not measured. */
  readonly deviceRamBytes: number | null;
  /** null: not measured. */
  readonly fits: boolean | null;
  /** The figures are those of a made-up model. */
  readonly estimated: boolean;
}

const WORD_BYTES = 4;
const MEASURED_MAX = 3;
/** So many changes that fit are a choice. */
const ENOUGH = 2;
/** Planning alone promises to within this much of what the simulator measures. */
const PROMISE_MARGIN = 1.02;

const codeAndPeak = ({ peakBytes, codeWords }: Plan): number => peakBytes + WORD_BYTES * codeWords;

/** The target for a board from what the plan that does not fit takes there. */
export function boardTarget(
  plan: Plan,
  board: Board,
  footprint: Footprint,
  measure: (plan: Plan) => Promise<Footprint>,
): Target {
  const besideBytes = fitOn(board, footprint).deviceRamBytes - codeAndPeak(plan);
  return { kind: "board", board, footprint, besideBytes, measure };
}

interface Planned {
  readonly effort: Effort;
  readonly candidate: Candidate;
  readonly plan: Plan;
  readonly slowdown: number;
}

const secondsOf = ({ predictedInstructions }: Plan, { cpu }: Board): number =>
  predictedInstructions / cpu.instructionsPerSecondGuess;

/** The change with its plan; null where it is impossible. */
function planned(request: AdviceRequest, effort: Effort, candidate: Candidate): Planned | null {
  const { settings, board } = candidate;
  try {
    const rewritten = rewrite(candidate.graph(), { rounding: settings.rounding ?? "tflite" });
    const plan = makePlan(rewritten, settings);
    const slowdown = secondsOf(plan, board) / secondsOf(request.plan, request.board);
    return { effort, candidate, plan, slowdown };
  } catch (error) {
    if (error instanceof Diagnostic) return null;
    throw error;
  }
}

const isNew = (one: Planned, index: number, all: readonly Planned[]): boolean =>
  all.findIndex(({ plan }) => sameFigures(plan, one.plan)) === index;

const sameFigures = (a: Plan, b: Plan): boolean =>
  a.peakBytes === b.peakBytes &&
  a.codeWords === b.codeWords &&
  a.predictedInstructions === b.predictedInstructions;

/** Of images, the largest first: it is the smallest change. */
const byCost = (a: Planned, b: Planned): number =>
  (a.effort === "input" ? -1 : 1) * (a.slowdown - b.slowdown) ||
  a.plan.peakBytes - b.plan.peakBytes;

/** Whether planning says that the change helps at all. */
function helps({ target, plan: old, board }: AdviceRequest, { candidate, plan }: Planned): boolean {
  if (target.kind === "budget") return true;
  const isLeaner = codeAndPeak(plan) < codeAndPeak(old) || plan.peakBytes < old.peakBytes;
  return candidate.board !== board || isLeaner;
}

/** The plan of the least memory that is known, and all that no other beats. */
export function leanestPlan(graph: Graph, settings: PlanOptions) {
  const { rounding = "tflite" } = settings;
  const rewritten = rewrite(graph, { rounding });
  const open = withoutGoal(settings);
  const pareto = paretoPoints(rewritten, open);
  const least = Math.min(...pareto.map(({ peakBytes }) => peakBytes));
  return { pareto, plan: makePlan(rewritten, { ...open, ramBudgetBytes: least }) };
}

/** The changes of one effort that help, cheapest first. */
const helping = (request: AdviceRequest, effort: Effort): Planned[] =>
  candidates[effort](request)
    .map((candidate) => planned(request, effort, candidate))
    .filter((one) => one !== null)
    .filter((one) => helps(request, one))
    .filter(isNew)
    .toSorted(byCost);

export async function advise(request: AdviceRequest): Promise<Advice[]> {
  const judge = judgeOf(request);
  const advice: Advice[] = [];
  for (const effort of efforts) {
    for (const one of helping(request, effort)) advice.push(await judge(one));
    if (advice.filter((one) => one.fits).length >= ENOUGH) break;
  }
  return advice;
}

/** Tells whether a change makes it fit; measures what promises to, as long as it may. */
function judgeOf(request: AdviceRequest): (one: Planned) => Promise<Advice> {
  const { target } = request;
  if (target.kind === "budget") {
    return async (one) => {
      const isLeast = one.candidate.settings.ramBudgetBytes === one.plan.peakBytes;
      return adviceOf(request, one, null, isLeast || one.plan.peakBytes <= target.bytes);
    };
  }
  let measured = 0;
  return async (one) => {
    const { board } = one.candidate;
    const most = ramForModel(board);
    if (one.plan.peakBytes > most) return adviceOf(request, one, null, false);
    const promised = codeAndPeak(one.plan) + target.besideBytes;
    if (promised > most * PROMISE_MARGIN || measured === MEASURED_MAX) {
      return adviceOf(request, one, null, null);
    }
    measured += 1;
    const fit = fitOn(board, await target.measure(one.plan));
    return adviceOf(request, one, fit, fits(fit));
  };
}

function adviceOf(
  { command }: AdviceRequest,
  { effort, candidate, plan, slowdown }: Planned,
  fit: Fit | null,
  verdict: boolean | null,
): Advice {
  const { change, flags } = candidate;
  return {
    ...{ effort, change, slowdown, estimated: effort === "format" },
    command: flags === null ? null : commandText(laidOver(command, flags)),
    peakBytes: plan.peakBytes,
    predictedInstructions: plan.predictedInstructions,
    deviceRamBytes: fit?.deviceRamBytes ?? null,
    fits: verdict,
  };
}

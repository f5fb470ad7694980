/**
 * The planner's stage: from a verified graph to a plan, in stages with a check at the end.
 *
 * order (schedule.ts) -> ways to run it (arrangement.ts, segments/) -> the one that the goal asks
 * for (goals.ts) -> addresses (place.ts), in two pools where the board has slow RAM (pools/) -> the
 * independent checker (check-plan.ts).
 */
import { Diagnostic } from "../diagnostics/diagnostic.ts";
import { type Graph, inputsOf, type Node, outputsOf } from "../ir/graph.ts";
import type { Rounding } from "../numeric/requantize.ts";
import { operatorOf } from "../ops/registry.ts";
import { type Arrangement, arrange, type FormOptions } from "./arrangement.ts";
import { checkPlan } from "./check-plan.ts";
import type { CoreRatios } from "./core.ts";
import { type Candidate, choose, overBudget, paretoFront, type WeightReads } from "./goals.ts";
import { codeBytes, codeWords } from "./instance.ts";
import { lifetimes, liveBytes } from "./lifetimes.ts";
import { type Layout, layOut } from "./place.ts";
import { accessesOf } from "./pools/accesses.ts";
import { intoPools } from "./pools/pools.ts";
import { schedule } from "./schedule/schedule.ts";
import { receivingArrangements, streamedArrangements } from "./segments/arrange-segments.ts";
import type { Optimize, ParetoPoint, Plan } from "./types.ts";

export interface PlanOptions {
  readonly rounding?: Rounding;
  readonly optimize?: Optimize;
  /** Choose the fastest plan whose peak is at most this. */
  readonly ramBudgetBytes?: number | undefined;
  /** Choose the leanest plan that takes at most so many times the fastest one's instructions. */
  readonly latencyBudget?: number | undefined;
  /** Weights that a prediction may read from flash at most. */
  readonly weightReadsMax?: WeightReads | undefined;
  /** The runtime runs code in place: it takes no RAM. */
  readonly runsInPlace?: boolean | undefined;
  /** false: no steps run row by row together. */
  readonly streaming?: boolean | undefined;
  /** The graph's only input arrives row by row. */
  readonly inputByRows?: boolean | undefined;
  /** No two tensors share bytes while both are alive. */
  readonly tensorLevel?: boolean | undefined;
  /** Most operators that may nest on a board without tail calls; forms of longer bodies go. */
  readonly nestedOperatorsMax?: number;
  /** The core that runs the model; left out: a Cortex-M4F. */
  readonly core?: CoreRatios;
  /** What a board with slow RAM has of fast RAM for linear memory and translated code. */
  readonly fastRamBytes?: number | undefined;
}

export function makePlan(graph: Graph, options: PlanOptions = {}): Plan {
  const { rounding = "tflite", optimize = "balanced", ramBudgetBytes } = options;
  refuseHuge(graph);
  const { graph: ordered, order } = schedule(graph, formOptions(options));
  const streaming = options.streaming ?? asksForStreams(options);
  const arrangements = arrangementsOf(ordered, { ...options, streaming });
  const candidate = choose(arrangements, { ...options, optimize });
  const { arrangement, choice } = candidate;
  const onePool = layOut(arrangement, choice);
  if (ramBudgetBytes !== undefined && onePool.peakBytes > ramBudgetBytes) {
    throw overBudget(ramBudgetBytes, onePool.peakBytes);
  }
  const layout = pooled(candidate, onePool, options);
  const { peakBytes, lowerBoundBytes } = layout;
  const plan: Plan = {
    graph: ordered,
    rounding,
    optimize,
    steps: choice.forms.map((form, node) => ({ node, form })),
    segments: arrangement.segments,
    order,
    ...layout,
    proven: peakBytes === lowerBoundBytes,
    macs: ordered.nodes.reduce((sum, node) => sum + macsOf(ordered, node), 0),
    predictedInstructions: choice.instructions,
    weightBytesRead: choice.weightBytesRead,
    codeWords: codeWords(choice.forms),
  };
  checkPlan(plan);
  return plan;
}

/** What a board's fast RAM cannot hold is divided, unless that breaks the budget. */
function pooled({ arrangement, choice }: Candidate, onePool: Layout, options: PlanOptions): Layout {
  const { fastRamBytes, runsInPlace, ramBudgetBytes = Number.POSITIVE_INFINITY } = options;
  if (fastRamBytes === undefined) return onePool;
  const bytes = Math.max(0, fastRamBytes - (runsInPlace ? 0 : codeBytes(choice.forms)));
  if (onePool.peakBytes <= bytes) return onePool;
  const layout = intoPools(onePool, accessesOf(arrangement, choice.forms), bytes);
  return layout.peakBytes <= ramBudgetBytes ? layout : onePool;
}

/** What each kilobyte costs: the plans of this graph that no other beats in memory and time. */
export function paretoPoints(graph: Graph, options: PlanOptions = {}): ParetoPoint[] {
  const { optimize = "balanced" } = options;
  return paretoFront(arrangementsOf(graph, options), { ...options, optimize });
}

/** Streams cost time: they are looked for only where memory or a budget is what counts. */
function asksForStreams({ optimize, ...goal }: PlanOptions): boolean {
  const budgets = [goal.ramBudgetBytes, goal.latencyBudget, goal.weightReadsMax];
  return optimize === "ram" || budgets.some((budget) => budget !== undefined);
}

/** What streams nothing first, but where the input must. */
function arrangementsOf(graph: Graph, options: PlanOptions): Arrangement[] {
  const { inputByRows, streaming = true, tensorLevel } = options;
  const forms = formOptions(options);
  const base = arrange(graph, forms);
  if (inputByRows) return receivingArrangements(base, forms);
  return streaming && !tensorLevel ? [base, ...streamedArrangements(base, forms)] : [base];
}

function formOptions(options: PlanOptions): FormOptions {
  const { rounding = "tflite", core, tensorLevel = false } = options;
  const nestedOperatorsMax = options.nestedOperatorsMax ?? Number.POSITIVE_INFINITY;
  return { rounding, nestedOperatorsMax, tensorLevel, ...(core && { core }) };
}

/** More than any board has; a file may ask for gigabytes, and planning those would take minutes. */
const TENSOR_BYTES_MAX = 16 * 1024 * 1024;

function refuseHuge(graph: Graph): void {
  const runs = lifetimes(graph);
  const bytes = Math.max(0, ...liveBytes(runs, graph.nodes.length));
  if (bytes <= TENSOR_BYTES_MAX) return;
  const largest = [...runs].sort((a, b) => b.bytes - a.bytes).slice(0, 2);
  const names = largest.map((run) => `${run.name} (${run.bytes} B)`).join(" and ");
  const most = `${TENSOR_BYTES_MAX} B is the most that is planned`;
  throw new Diagnostic("EF4001", {
    message: `the tensors alone take ${bytes} B, ${most}; the largest are ${names}`,
    where: { model: graph.name },
  });
}

function macsOf(graph: Graph, node: Node): number {
  const { attributes } = node;
  const operands = { inputs: inputsOf(graph, node), outputs: outputsOf(graph, node) };
  return operatorOf(node).macs({ attributes, ...operands });
}

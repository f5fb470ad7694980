/**
 * What the fit assistant is asked: a plan that does not fit, how it came about, and what it should
 * fit. It builds nothing itself: whoever asks says how a plan is measured.
 */
import type { Footprint } from "../boards/fit.ts";
import type { Board } from "../boards/schema.ts";
import type { Graph } from "../ir/graph.ts";
import type { PlanOptions } from "../plan/plan.ts";
import type { ParetoPoint, Plan } from "../plan/types.ts";
import type { CommandLine } from "./command-line.ts";

/** What the plan has to keep to. */
export type Target =
  | { readonly kind: "budget"; readonly bytes: number }
  | {
      readonly kind: "board";
      readonly board: Board;
      /** Of the plan that does not fit. */
      readonly footprint: Footprint;
      /** RAM there that is neither planned nor translated code. */
      readonly besideBytes: number;
      /** Builds a plan and loads it. */
      readonly measure: (plan: Plan) => Promise<Footprint>;
    };

export interface AdviceRequest {
  /** The model as it was read. */
  readonly graph: Graph;
  /** The plan that does not fit; the leanest, when a budget is what cannot be met. */
  readonly plan: Plan;
  readonly settings: PlanOptions;
  readonly command: CommandLine;
  readonly board: Board;
  /** Others to think of. */
  readonly boards: readonly Board[];
  readonly pareto: readonly ParetoPoint[];
  readonly target: Target;
}

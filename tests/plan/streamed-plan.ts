/**
 * Plans that stream given steps in given forms, whatever the planner would have chosen.
 */
import { must } from "../../toolchain/diagnostics/assert.ts";
import type { Graph } from "../../toolchain/ir/graph.ts";
import type { Rounding } from "../../toolchain/numeric/requantize.ts";
import type { Arrangement } from "../../toolchain/plan/arrangement.ts";
import { choiceOf, optionsOf } from "../../toolchain/plan/choose-forms.ts";
import { layOut } from "../../toolchain/plan/place.ts";
import { makePlan } from "../../toolchain/plan/plan.ts";
import { arrangeSegments, type StepRange } from "../../toolchain/plan/segments/arrange-segments.ts";
import type { Plan } from "../../toolchain/plan/types.ts";

export interface Streaming {
  /** Steps that run row by row together. */
  readonly ranges: readonly StepRange[];
  readonly inputByRows?: boolean;
  readonly rounding?: Rounding;
  /** Which of the forms that a step has; the last one where it has fewer. */
  readonly form?: number;
}

export function streamedPlan(graph: Graph, streaming: Streaming): Plan {
  const { ranges, inputByRows, rounding = "tflite", form } = streaming;
  const options = { rounding, inputByRows, nestedOperatorsMax: Number.POSITIVE_INFINITY };
  return planOf(arrangeSegments(graph, ranges, options), { rounding, form });
}

export interface PlanChoice {
  readonly rounding: Rounding;
  readonly form?: number | undefined;
}

/** A plan of an arrangement, not yet checked. */
export function planOf(arrangement: Arrangement, { rounding, form = 0 }: PlanChoice): Plan {
  const { graph, segments } = arrangement;
  const chosen = optionsOf(arrangement.steps).map((options) => {
    return must(options.at(form) ?? options.at(-1), "a form of a step");
  });
  const choice = choiceOf(chosen);
  const layout = layOut(arrangement, choice);
  const steps = choice.forms.map((own, node) => ({ node, form: own }));
  const { macs, order, ...rest } = makePlan(graph, { rounding, optimize: "speed" });
  return { ...rest, macs, order, graph, rounding, steps, segments, ...layout, proven: false };
}

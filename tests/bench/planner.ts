/**
 * What the planner reaches beside its targets: for each model and goal, linear memory, memory with
 * translated code, and predicted time beside the fastest plan. Planning only: nothing is compiled
 * or emulated. Planning times are of this machine, for orientation.
 */
import { type PlannedModel, type PlanTarget, type Reached, reach } from "../plan/targets.ts";
import type { Figure } from "./figure.ts";

function figuresOf(subject: string, target: PlanTarget, reached: Reached): Figure[] {
  const { aim, peakBytesMax, deviceBytesMax, slowdownMax } = target;
  const asked = `${target.asked}${aim === undefined ? "" : ` (aim: ${aim})`}`;
  const { plan, deviceBytes, slowdown } = reached;
  const figure = (name: string, value: number, unit: string, atMost?: number): Figure => ({
    ...{ subject, name: `${name}, ${asked}`, value, unit },
    ...(atMost !== undefined && { atMost }),
  });
  return [
    figure("planned peak", plan.peakBytes, "B", peakBytesMax),
    figure("planned peak and code", deviceBytes, "B", deviceBytesMax),
    figure("predicted time", slowdown, "x fastest", slowdownMax),
    figure("weights read", plan.weightBytesRead, "B"),
  ];
}

/** Figures of these models, and how long planning all of a model's targets took. */
export function planFigures(models: readonly PlannedModel[]): Figure[] {
  return models.flatMap((model): Figure[] => {
    const started = performance.now();
    const figures = reach(model).flatMap(([target, reached]) =>
      figuresOf(model.name, target, reached),
    );
    const seconds = (performance.now() - started) / 1000;
    const timed = { name: "planning for speed and all of these", unit: "s", timed: true };
    return [...figures, { subject: model.name, value: seconds, ...timed }];
  });
}

/**
 * What the planner reaches beside its targets: for each model and goal, linear memory, memory with
 * translated code, and predicted time beside the fastest plan. Planning only: nothing is compiled
 * or emulated. Planning times are of this machine.
 */
import { rewrite } from "../../toolchain/passes/pipeline.ts";
import { makePlan } from "../../toolchain/plan/plan.ts";
import type { Optimize } from "../../toolchain/plan/types.ts";
import { type PlannedModel, type PlanTarget, type Reached, reach } from "../plan/targets.ts";
import { cpuSeconds, cpuTime, type Figure } from "./figure.ts";

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

/** Seconds of this process's CPU that planning may take, from a graph nothing is known of. */
const secondsMax = { speed: 1, ram: 10 } as const;

function planningTimes({ name: subject, graph }: PlannedModel): Figure[] {
  return Object.entries(secondsMax).map(([goal, atMost]) => {
    const rewritten = rewrite(graph(), { rounding: "tflite" });
    const value = cpuSeconds(() => void makePlan(rewritten, { optimize: goal as Optimize }));
    return { subject, name: `planning, --optimize ${goal}`, value, atMost, ...cpuTime };
  });
}

/** Figures of these models, and how long planning takes. */
export function planFigures(models: readonly PlannedModel[]): Figure[] {
  return models.flatMap((model) => [
    ...reach(model).flatMap(([target, reached]) => figuresOf(model.name, target, reached)),
    ...planningTimes(model),
  ]);
}

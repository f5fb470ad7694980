/**
 * What plans have to reach, as data: for a model and what is asked for, the most bytes and the most
 * time beside the fastest plan of that model. The handed models are there only with ../shared.
 *
 * TensorFlow Lite Micro's arenas for the same models are in tests/bench/models.ts.
 */
import { importModel } from "../../toolchain/import/index.ts";
import type { Graph } from "../../toolchain/ir/graph.ts";
import { rewrite } from "../../toolchain/passes/pipeline.ts";
import { codeBytes } from "../../toolchain/plan/instance.ts";
import { makePlan, type PlanOptions } from "../../toolchain/plan/plan.ts";
import type { Plan } from "../../toolchain/plan/types.ts";
import { readShared, sharedDataPresent } from "../oracles/goldens.ts";
import { mobileNetV1, mobileNetV2 } from "./mobilenets.ts";

export interface PlanTarget {
  readonly options: PlanOptions;
  /** What a user would type. */
  readonly asked: string;
  readonly peakBytesMax?: number;
  /** Linear memory and translated code. */
  readonly deviceBytesMax?: number;
  /** Predicted instructions beside those of --optimize speed. */
  readonly slowdownMax?: number;
  /** What is aimed for and not reached: figures show it, no test holds it. */
  readonly aim?: string;
}

export interface PlannedModel {
  readonly name: string;
  readonly graph: () => Graph;
  readonly targets: readonly PlanTarget[];
}

const optimized = (
  optimize: "ram" | "balanced",
  peakBytesMax: number,
  slowdownMax?: number,
): PlanTarget => ({
  ...{ options: { optimize }, asked: `--optimize ${optimize}`, peakBytesMax },
  ...(slowdownMax !== undefined && { slowdownMax }),
});

const withinTime = (latencyBudget: number, deviceBytesMax: number): PlanTarget => ({
  ...{ options: { latencyBudget }, asked: `--latency-budget ${latencyBudget}` },
  ...{ deviceBytesMax, slowdownMax: latencyBudget },
});

const withinRam = (
  ramBudgetBytes: number,
  slowdownMax?: number,
  more?: PlanOptions,
): PlanTarget => ({
  options: { ramBudgetBytes, ...more },
  asked: `--ram-budget ${ramBudgetBytes}${more?.inputByRows ? " --input-by-rows" : ""}`,
  peakBytesMax: ramBudgetBytes,
  ...(slowdownMax !== undefined && { slowdownMax }),
});

const handed = (name: string) => () => importModel(readShared(`models/${name}.tflite`), name);

const handedModels: readonly PlannedModel[] = [
  {
    name: "kws_ref_model",
    graph: handed("kws_ref_model"),
    targets: [
      optimized("ram", 8704, 1.15),
      optimized("balanced", 10_240, 1.03),
      withinTime(1.03, 21_504),
      withinRam(5632, 1.3),
    ],
  },
  {
    name: "pretrainedResnet_quant",
    graph: handed("pretrainedResnet_quant"),
    targets: [
      optimized("ram", 35_072, 1.02),
      optimized("balanced", 36_352, 1.01),
      withinTime(1.1, 47_104),
      { ...withinRam(14_592, 2.3), aim: "peak 14,336" },
    ],
  },
  {
    name: "ad01_int8",
    graph: handed("ad01_int8"),
    targets: [optimized("ram", 1536), optimized("balanced", 2048)],
  },
  {
    name: "micro_speech_quantized",
    graph: handed("micro_speech_quantized"),
    targets: [optimized("ram", 4992)],
  },
];

const builtModels: readonly PlannedModel[] = [
  {
    name: "mobilenet_v1_0.25_96",
    graph: mobileNetV1,
    targets: [
      optimized("ram", 29_184, 1.05),
      optimized("balanced", 37_888, 1.01),
      withinTime(1.15, 48_128),
      withinRam(14_336, undefined, { inputByRows: true }),
    ],
  },
  {
    name: "mobilenet_v2_1.0_224",
    graph: mobileNetV2,
    targets: [optimized("ram", 1_420_000), withinRam(524_288)],
  },
];

export const plannedModels: readonly PlannedModel[] = [
  ...(sharedDataPresent ? handedModels : []),
  ...builtModels,
];

export const coverage = sharedDataPresent ? "" : " (built models only: ../shared/data is absent)";

/** A plan beside the fastest of the same graph. */
export interface Reached {
  readonly plan: Plan;
  readonly slowdown: number;
  readonly deviceBytes: number;
}

/** Plans a model for each of its targets. */
export function reach({ graph, targets }: PlannedModel): (readonly [PlanTarget, Reached])[] {
  const rewritten = rewrite(graph(), { rounding: "tflite" });
  const fastest = makePlan(rewritten, { optimize: "speed" }).predictedInstructions;
  return targets.map((target) => {
    const plan = makePlan(rewritten, target.options);
    const forms = plan.steps.map(({ form }) => form);
    const slowdown = plan.predictedInstructions / fastest;
    return [target, { plan, slowdown, deviceBytes: plan.peakBytes + codeBytes(forms) }];
  });
}

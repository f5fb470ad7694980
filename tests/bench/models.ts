/**
 * What each model costs: tool-chain seconds stage by stage, bytes, RAM beside TFLite Micro's arena,
 * and wasm3's operators per multiply-accumulate, of the whole model and of the layers that the
 * kernel targets name.
 */
import { measure } from "../../toolchain/cli/device.ts";
import { must } from "../../toolchain/diagnostics/assert.ts";
import { importModel } from "../../toolchain/import/index.ts";
import { inputsOf, outputsOf } from "../../toolchain/ir/graph.ts";
import { operatorOf } from "../../toolchain/ops/registry.ts";
import { type BuiltArtifact, buildArtifact } from "../../toolchain/pack/artifact.ts";
import { makePlan } from "../../toolchain/plan/plan.ts";
import type { Plan } from "../../toolchain/plan/types.ts";
import type { TestModel } from "../e2e/built-models.ts";
import type { Figure } from "./figure.ts";
import { countOperators } from "./operators.ts";

/** Bytes of the tensors alone that a plan may take: the arena heads of TFLite Micro. */
const tensorTargets: Readonly<Record<string, number>> = {
  kws_ref_model: 16_000,
  pretrainedResnet_quant: 49_152,
  ad01_int8: 768,
};

/** Operators per multiply-accumulate of single layers, by model and step, in their fastest form. */
const layerTargets: readonly { model: string; step: number; name: string; atMost: number }[] = [
  { model: "kws_ref_model", step: 0, name: "conv 10x4x1 -> 64", atMost: 1.85 },
  { model: "kws_ref_model", step: 2, name: "pointwise 64 -> 64", atMost: 1.7 },
  { model: "pretrainedResnet_quant", step: 1, name: "conv 3x3x16 -> 16", atMost: 1.75 },
  { model: "ad01_int8", step: 0, name: "fully connected 640 -> 128", atMost: 1.6 },
];

const seconds = (startMs: number): number => (performance.now() - startMs) / 1000;

interface Timed {
  readonly plan: Plan;
  readonly artifact: BuiltArtifact;
  readonly figures: readonly Figure[];
}

async function toolchain({ name, bytes }: TestModel): Promise<Timed> {
  const stage = (what: string, value: number): Figure => {
    return { subject: name, name: what, value, unit: "s", timed: true };
  };
  const file = bytes();
  const importStart = performance.now();
  const graph = importModel(file, name);
  const importSeconds = seconds(importStart);
  const planStart = performance.now();
  const plan = makePlan(graph);
  const planSeconds = seconds(planStart);
  const packStart = performance.now();
  const artifact = await buildArtifact(plan);
  return {
    plan,
    artifact,
    figures: [
      stage("import", importSeconds),
      stage("plan and check", planSeconds),
      stage("generate, compile, pack", seconds(packStart)),
    ],
  };
}

function layerMacs({ graph }: Plan, step: number): number {
  const node = must(graph.nodes[step], "a step");
  const operands = { inputs: inputsOf(graph, node), outputs: outputsOf(graph, node) };
  return operatorOf(node).macs({ attributes: node.attributes, ...operands });
}

export async function modelFigures(model: TestModel): Promise<Figure[]> {
  const { plan, artifact, figures } = await toolchain(model);
  const { name: subject } = model;
  const operators = await countOperators(artifact);
  const total = operators.reduce((sum, count) => sum + count, 0);
  const stats = await measure(artifact);
  const bytes = (name: string, value: number, atMost?: number): Figure => {
    return { subject, name, value, unit: "B", ...(atMost === undefined ? {} : { atMost }) };
  };
  return [
    ...figures,
    bytes("artifact", artifact.wasm.length),
    bytes("code", artifact.codeBytes),
    bytes("weights section", artifact.weights.length),
    bytes("tensors alone", plan.tensorBytes, tensorTargets[subject]),
    bytes("peak RAM above its lower bound", plan.peakBytes - plan.lowerBoundBytes, 0),
    bytes("peak RAM (linear memory)", plan.peakBytes),
    bytes("RAM with wasm3 and translated code", stats.heapPeakBytes),
    { subject, name: "wasm3 operators a prediction", value: total, unit: "ops" },
    { subject, name: "wasm3 operators per MAC", value: total / plan.macs, unit: "ops/MAC" },
    ...(await layerFigures(plan)),
  ];
}

/** Single layers of the plan that is optimised for speed. */
async function layerFigures({ graph }: Plan): Promise<Figure[]> {
  const subject = graph.name;
  const targets = layerTargets.filter(({ model }) => model === subject);
  if (targets.length === 0) return [];
  const plan = makePlan(graph, { optimize: "speed" });
  const operators = await countOperators(await buildArtifact(plan));
  return targets.map(({ step, name, atMost }): Figure => {
    const count = must(operators[step], "operators of a step");
    const value = count / layerMacs(plan, step);
    return { subject, name, value, unit: "ops/MAC", atMost };
  });
}

export async function allModelFigures(models: readonly TestModel[]): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const model of models) figures.push(...(await modelFigures(model)));
  return figures;
}

/**
 * `edgeflash profile MODEL`: where a prediction's time goes, operator by operator.
 *
 * Measured: wasm3's operators, counted in the simulator for inputs of all zeros. Predicted: the
 * plan's instructions on the board's core. Both are counts, the same on every machine.
 */
import { must } from "../../diagnostics/assert.ts";
import { inputsOf, type Node, outputsOf } from "../../ir/graph.ts";
import { operatorOf } from "../../ops/registry.ts";
import type { Plan } from "../../plan/types.ts";
import { shortName } from "../../report/live.ts";
import { countOperators } from "../count-operators.ts";
import { buildModel } from "../pipeline.ts";
import { formatCount, heading, renderTable } from "../render.ts";
import type { Command } from "../session.ts";
import type { Style } from "../style.ts";

interface ProfiledStep {
  readonly step: number;
  readonly node: string;
  readonly op: string;
  /** Steps up to this one run with it, row by row. */
  readonly lastStep: number;
  /** The kernel and its form; null where bytes are only renamed. */
  readonly kernel: string | null;
  readonly macs: number;
  readonly operators: number;
  readonly operatorsShare: number;
  readonly predictedInstructions: number;
  readonly predictedShare: number;
}

/** Each step, a segment as one. */
function profileOf(plan: Plan, counted: readonly number[]): ProfiledStep[] {
  const { steps, segments } = plan;
  const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0);
  const predicted = steps.map(({ form }) => form?.cost.instructions ?? 0);
  const share = (part: number, whole: number) => (whole === 0 ? 0 : part / whole);
  return steps.flatMap(({ node: index, form }, step): ProfiledStep[] => {
    const segment = segments.find((own) => own.firstStep <= step && step <= own.lastStep);
    if (segment && segment.firstStep < step) return [];
    const lastStep = segment?.lastStep ?? step;
    const nodes = plan.graph.nodes.slice(index, index + lastStep - step + 1);
    const { name, op } = must(nodes[0], "node of a step");
    const operators = must(counted[step], "a counted step");
    const instructions = sum(predicted.slice(step, lastStep + 1));
    return [
      {
        ...{ step, lastStep, node: name, op },
        kernel: segment ? rowsText(nodes) : form && `${form.source} ${form.name}`,
        macs: sum(nodes.map((node) => macsOf(plan, node))),
        operators,
        operatorsShare: share(operators, sum(counted)),
        predictedInstructions: Math.round(instructions),
        predictedShare: share(instructions, sum(predicted)),
      },
    ];
  });
}

const rowsText = (nodes: readonly Node[]) => `rows of ${nodes.map(({ op }) => op).join(", ")}`;

function macsOf({ graph }: Plan, node: Node): number {
  const operands = { inputs: inputsOf(graph, node), outputs: outputsOf(graph, node) };
  return operatorOf(node).macs({ attributes: node.attributes, ...operands });
}

const percent = (share: number) => `${(100 * share).toFixed(1)} %`;

function table(profile: readonly ProfiledStep[], style: Style): string {
  const right = { align: "right" } as const;
  const rows = profile.map((step) => [
    step.step === step.lastStep ? String(step.step) : `${step.step}-${step.lastStep}`,
    step.op,
    step.kernel ?? "renames",
    formatCount(step.macs),
    formatCount(step.operators),
    percent(step.operatorsShare),
    formatCount(step.predictedInstructions),
    percent(step.predictedShare),
    shortName(step.node),
  ]);
  return renderTable(
    [
      { title: "step", ...right },
      { title: "operator" },
      { title: "kernel" },
      { title: "MACs", ...right },
      { title: "wasm3 operators", ...right },
      { title: "share", ...right },
      { title: "predicted instructions", ...right },
      { title: "share", ...right },
      { title: "node" },
    ],
    rows,
    style,
  );
}

export const command: Command = async (session, [path = ""], options) => {
  const { plan, artifact, board } = await buildModel(session, path, options);
  session.progress.phase("counting operators in the simulator");
  const profile = profileOf(plan, await countOperators(artifact));
  const operators = profile.reduce((sum, step) => sum + step.operators, 0);
  const { macs, predictedInstructions } = plan;
  const document = {
    model: plan.graph.name,
    board: board.id,
    optimize: plan.optimize,
    rounding: plan.rounding,
    macs,
    operators,
    predictedInstructions,
    steps: profile,
  };
  const { core } = board.cpu.instructions;
  const predicted = `${formatCount(predictedInstructions)} instructions, ${core}`;
  const perMac = macs === 0 ? "" : `, ${(operators / macs).toFixed(2)} a MAC`;
  return {
    document,
    text: (style) =>
      [
        heading(style, `Profile of ${plan.graph.name}`),
        table(profile, style),
        `counted in the simulator: ${formatCount(operators)} wasm3 operators${perMac}`,
        `predicted: ${predicted}`,
      ].join("\n"),
  };
};

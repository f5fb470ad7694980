/**
 * One layer of a model on its own: its node as a graph, and a plan that runs it in a given form,
 * with the output apart from the input or as near to it as the form says that it may lie.
 *
 * The planner has no say here: a benchmark measures the form that its bar names. Constants, shapes
 * and scales are the model's own.
 */
import { assert, must } from "../../toolchain/diagnostics/assert.ts";
import { type Graph, inputsOf, outputsOf, type Tensor } from "../../toolchain/ir/graph.ts";
import { byteLength } from "../../toolchain/ir/types.ts";
import type { Rounding } from "../../toolchain/numeric/requantize.ts";
import type { KernelForm, Overlap } from "../../toolchain/ops/op.ts";
import { operatorOf } from "../../toolchain/ops/registry.ts";
import type { Plan, ScratchSlot } from "../../toolchain/plan/types.ts";

/** The node of a step with its operands, computed ones as graph inputs. */
export function layerGraph(graph: Graph, step: number): Graph {
  const node = must(graph.nodes[step], "a step");
  const operands = inputsOf(graph, node);
  const results = outputsOf(graph, node);
  const present = operands.filter((operand) => operand !== null);
  const tensors: readonly Tensor[] = [...present, ...results];
  const indexOf = (tensor: Tensor) => tensors.indexOf(tensor);
  const outputs = results.map(indexOf);
  return {
    name: `${graph.name}:${node.name}`,
    tensors,
    nodes: [
      {
        ...node,
        inputs: operands.map((operand) => (operand === null ? null : indexOf(operand))),
        outputs,
      },
    ],
    inputs: [...new Set(present.filter(({ data }) => data === undefined).map(indexOf))],
    outputs,
  };
}

/** The forms that the layer's operator offers. */
export function layerForms(layer: Graph, rounding: Rounding = "tflite"): readonly KernelForm[] {
  const node = must(layer.nodes[0], "the only node");
  return operatorOf(node).forms({
    attributes: node.attributes,
    inputs: inputsOf(layer, node),
    outputs: outputsOf(layer, node),
    rounding,
  });
}

export function layerMacs(layer: Graph): number {
  const node = must(layer.nodes[0], "the only node");
  const operands = { inputs: inputsOf(layer, node), outputs: outputsOf(layer, node) };
  return operatorOf(node).macs({ attributes: node.attributes, ...operands });
}

const align = (offset: number, alignment: number) => Math.ceil(offset / alignment) * alignment;

/** Word alignment serves every element type. */
const TENSOR_ALIGNMENT = 8;

/** A plan of that one step: outputs from address 0, inputs above or, with `overlap`, under them. */
export function layerPlan(layer: Graph, form: KernelForm, overlap?: Overlap): Plan {
  assert(layer.nodes.length === 1, "a layer is one node");
  let end = 0;
  const place = (bytes: number, alignment: number, at = align(end, alignment)) => {
    end = Math.max(end, at + bytes);
    return at;
  };
  const buffer = (index: number, at?: number) => {
    const { name, type } = must(layer.tensors[index], "a tensor");
    const bytes = byteLength(type);
    const offset = place(bytes, TENSOR_ALIGNMENT, at);
    return { name, tensors: [index], bytes, offset, firstStep: 0, lastStep: 0 };
  };
  const operands = must(layer.nodes[0], "the only node").inputs;
  const dying = overlap === undefined ? undefined : operands[overlap.input];
  const outputs = layer.outputs.map((index) => buffer(index));
  const inputs = layer.inputs.map((index) =>
    buffer(index, index === dying ? overlap?.distanceBytes : undefined),
  );
  const scratch = form.scratch.map(({ name, bytes, alignment }): ScratchSlot => {
    return { name, bytes, step: 0, offset: place(bytes, alignment) };
  });
  return {
    ...{ graph: layer, rounding: "tflite", optimize: "speed" },
    ...{
      segments: [],
      order: { definitionBytes: end, plannedBytes: end, lowerBoundBytes: end, proven: true },
    },
    ...{ steps: [{ node: 0, form }], buffers: [...outputs, ...inputs], scratch },
    ...{ peakBytes: end, tensorBytes: end, lowerBoundBytes: end, tensorLowerBoundBytes: end },
    proven: false,
    certificate: {
      ...{ peakBytes: end, runs: [], overlaps: [] },
      least: { kind: "gap", lowerBoundBytes: 0 },
    },
    macs: layerMacs(layer),
    predictedInstructions: form.cost.instructions,
    weightBytesRead: form.cost.weightBytesRead,
    codeWords: form.cost.codeWords,
  };
}

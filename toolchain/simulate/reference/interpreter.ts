/**
 * Runs a graph by its operators' own reference semantics: slow, obvious, and what everything else
 * is compared with.
 *
 * Nodes stand in execution order (ir/graph.ts). Every value stays in the result, so that traces and
 * layer-by-layer comparisons need no second run.
 */
import { assert, must } from "../../diagnostics/assert.ts";
import { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { type Graph, type Node, outputsOf, type TensorIndex, tensorAt } from "../../ir/graph.ts";
import { byteLength, bytesOf, elementCount, type TensorData, viewTensor } from "../../ir/types.ts";
import type { Rounding } from "../../numeric/requantize.ts";
import type { AnyOp, Value } from "../../ops/op.ts";
import { operatorOf, operators } from "../../ops/registry.ts";

export interface InterpretOptions {
  readonly rounding: Rounding;
  readonly registry?: readonly AnyOp[];
}

export interface Interpretation {
  /** Raw little-endian bytes of the graph's outputs, in their order. */
  readonly outputs: readonly Uint8Array[];
  /** Graph inputs and the outputs of all nodes. */
  readonly tensors: ReadonlyMap<TensorIndex, TensorData>;
}

/** Runs one case; `inputs` are the raw bytes of the graph's inputs, in their order. */
export function interpret(
  graph: Graph,
  inputs: readonly Uint8Array[],
  options: InterpretOptions,
): Interpretation {
  const tensors = bindInputs(graph, inputs);
  for (const node of graph.nodes) {
    for (const [index, data] of runNode(graph, node, tensors, options)) tensors.set(index, data);
  }
  const outputs = graph.outputs.map((index) => bytesOf(valueAt(graph, index, tensors).data));
  return { outputs, tensors };
}

function bindInputs(graph: Graph, inputs: readonly Uint8Array[]): Map<TensorIndex, TensorData> {
  if (inputs.length !== graph.inputs.length) {
    throw new Diagnostic("EF7003", {
      message: `${inputs.length} inputs were given, the model has ${graph.inputs.length}`,
      where: { model: graph.name },
    });
  }
  const bound = graph.inputs.map((index, position): [TensorIndex, TensorData] => {
    const { name, type } = tensorAt(graph, index);
    const bytes = must(inputs[position], "input bytes");
    if (bytes.length === byteLength(type)) return [index, viewTensor(type.dtype, bytes.slice())];
    throw new Diagnostic("EF7003", {
      message: `input ${name} has ${bytes.length} bytes instead of ${byteLength(type)}`,
      where: { model: graph.name, tensor: name },
    });
  });
  return new Map(bound);
}

/** A constant's own bytes, or what the run has computed. */
function valueAt(
  graph: Graph,
  index: TensorIndex,
  tensors: ReadonlyMap<TensorIndex, TensorData>,
): Value {
  const { name, type, data } = tensorAt(graph, index);
  const computed = data === undefined ? tensors.get(index) : viewTensor(type.dtype, data);
  return { type, data: must(computed, `tensor ${name} is read before it is computed`) };
}

function runNode(
  graph: Graph,
  node: Node,
  tensors: ReadonlyMap<TensorIndex, TensorData>,
  { rounding, registry = operators }: InterpretOptions,
): [TensorIndex, TensorData][] {
  const types = outputsOf(graph, node).map(({ type }) => type);
  const results = operatorOf(node, registry).reference({
    attributes: node.attributes,
    inputs: node.inputs.map((index) => (index === null ? null : valueAt(graph, index, tensors))),
    outputs: types,
    rounding,
  });
  return node.outputs.map((index, position) => {
    const data = must(results[position], `output ${position} of node ${node.name}`);
    const elements = elementCount(must(types[position], "output type").shape);
    assert(data.length === elements, `node ${node.name} gave ${data.length} of ${elements} values`);
    return [index, data];
  });
}

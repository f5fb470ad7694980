/**
 * A node's weights and bias as its operator's rule says. The two belong together: the bias takes
 * its scale from the input's and the weights', and keeps the weights' scale from being too small.
 */
import { must } from "../diagnostics/assert.ts";
import { type Graph, type Node, type Tensor, tensorAt } from "../ir/graph.ts";
import { bytesOf, type DType } from "../ir/types.ts";
import { operatorOf } from "../ops/registry.ts";
import { quantizeBias } from "./bias.ts";
import type { Parameters } from "./choose-params.ts";
import { floatsOf } from "./float-constant.ts";
import { quantizeWeights } from "./weights.ts";

function operandAt(graph: Graph, node: Node, operand: number | undefined): Tensor | undefined {
  const index = operand === undefined ? null : node.inputs[operand];
  return typeof index === "number" ? tensorAt(graph, index) : undefined;
}

/** The same constant in another type. */
function requantized(
  { name, type: { shape } }: Tensor,
  dtype: DType,
  { values, quantization }: ReturnType<typeof quantizeWeights | typeof quantizeBias>,
): Tensor {
  return { name, type: { dtype, shape, quantization }, data: bytesOf(values) };
}

/** Quantised weights and bias by operand index; empty when the operator has none. */
export function quantizeConstants(
  graph: Graph,
  node: Node,
  parameters: Parameters,
): ReadonlyMap<number, Tensor> {
  const rule = operatorOf(node).quantization;
  const weights = operandAt(graph, node, rule.weights?.input);
  if (rule.weights === undefined || weights === undefined) return new Map();
  const input = must(node.inputs[0], `the input of ${node.name}`);
  const inputScale = must(parameters.get(input)?.scale[0], `the input scale of ${node.name}`);
  const biasTensor = operandAt(graph, node, rule.bias?.input);
  const bias = biasTensor && floatsOf(graph, biasTensor);
  const { shape } = weights.type;
  const limit = bias && { bias, inputScale };
  const int8 = quantizeWeights(floatsOf(graph, weights), shape, rule.weights.axis, limit);
  const result = new Map([[rule.weights.input, requantized(weights, "int8", int8)]]);
  if (rule.bias && biasTensor && bias) {
    const int32 = quantizeBias(bias, inputScale, int8.quantization.scale);
    result.set(rule.bias.input, requantized(biasTensor, "int32", int32));
  }
  return result;
}

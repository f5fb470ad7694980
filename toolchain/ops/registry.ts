/**
 * All operators, one line each. The only place that names operators as a list: everything else asks
 * findOperator() and reads the definition's fields.
 */
import { Diagnostic } from "../diagnostics/diagnostic.ts";
import { nearest } from "../diagnostics/nearest.ts";
import type { Node } from "../ir/graph.ts";
import { add } from "./add.ts";
import { averagePool2d } from "./average-pool2d.ts";
import { conv2d } from "./conv2d.ts";
import { depthwiseConv2d } from "./depthwise-conv2d.ts";
import { dequantize } from "./dequantize.ts";
import { fullyConnected } from "./fully-connected.ts";
import { maxPool2d } from "./max-pool2d.ts";
import { mean } from "./mean.ts";
import type { AnyOp } from "./op.ts";
import { pad } from "./pad.ts";
import { quantize } from "./quantize.ts";
import { relu } from "./relu.ts";
import { reshape } from "./reshape.ts";
import { softmax } from "./softmax.ts";

export const operators: readonly AnyOp[] = [
  add,
  averagePool2d,
  conv2d,
  depthwiseConv2d,
  dequantize,
  fullyConnected,
  maxPool2d,
  mean,
  pad,
  quantize,
  relu,
  reshape,
  softmax,
];

export function findOperator(name: string): AnyOp | undefined {
  return operators.find((op) => op.name === name);
}

/** The definition of a node's operator; EF2002 with the nearest name when there is none. */
export function operatorOf(node: Node, registry: readonly AnyOp[] = operators): AnyOp {
  const op = registry.find(({ name }) => name === node.op);
  if (op) return op;
  const near = nearest(
    node.op,
    registry.map(({ name }) => name),
  );
  const hint = near === undefined ? "" : `; the nearest is ${near}`;
  throw new Diagnostic("EF2002", {
    message: `there is no operator ${node.op}${hint}`,
    where: { node: node.name, operator: node.op },
  });
}

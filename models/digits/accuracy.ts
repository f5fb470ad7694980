/**
 * Share of digits that a graph, float32 or int8, classifies as labelled.
 */
import type { Graph } from "../../toolchain/ir/graph.ts";
import { argmax } from "../../toolchain/learn/train.ts";
import { predictor } from "../predict.ts";
import { type Digit, toReal } from "./data.ts";

export function digitsAccuracy(graph: Graph, digits: readonly Digit[]): number {
  const predict = predictor(graph);
  const right = digits.filter((digit) => argmax(predict(toReal(digit))) === digit.label);
  return right.length / digits.length;
}

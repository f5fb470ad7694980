/**
 * Runs a one-input, one-output graph on real numbers, float32 or int8, in the reference
 * interpreter.
 */
import { must } from "../toolchain/diagnostics/assert.ts";
import { type Graph, type TensorIndex, tensorAt } from "../toolchain/ir/graph.ts";
import { bytesOf, viewTensor } from "../toolchain/ir/types.ts";
import { dequantizeValues, quantizeValues } from "../toolchain/quantize/values.ts";
import { interpret } from "../toolchain/simulate/reference/interpreter.ts";

export type Predictor = (input: Float32Array) => Float32Array;

export function predictor(graph: Graph): Predictor {
  const typeOf = (index: TensorIndex | undefined) =>
    tensorAt(graph, must(index, "an input and an output")).type;
  const input = typeOf(graph.inputs[0]).quantization;
  const { dtype, quantization } = typeOf(graph.outputs[0]);
  return (values) => {
    const given = input === undefined ? values : quantizeValues(values, input);
    const { outputs } = interpret(graph, [bytesOf(given)], { rounding: "tflite" });
    const answer = viewTensor(dtype, must(outputs[0], "an output"));
    if (answer instanceof Int8Array) return dequantizeValues(answer, must(quantization, "a scale"));
    return Float32Array.from(answer, Number);
  };
}

/**
 * Compares one node's reference with what the real TensorFlow Lite gave, byte for byte, except
 * where the exact result lies within 2^-16 of a half: there the runtime's XNNPACK kernels, which
 * scale in float32 and round halves to even, may land on the other side.
 *
 * The exact value comes from the reference itself, run with an output that is 65,536 times finer.
 */
import { must } from "../../toolchain/diagnostics/assert.ts";
import type { Tensor } from "../../toolchain/ir/graph.ts";
import { viewTensor } from "../../toolchain/ir/types.ts";
import { interpret } from "../../toolchain/simulate/reference/interpreter.ts";
import type { Situation } from "../ops/case.ts";

const FINENESS = 65536;
const rounding = "tflite" as const;

export interface Comparison {
  readonly elements: number;
  /** Bytes that differ without an excuse. */
  readonly wrong: number;
  readonly excused: number;
}

export function compareWithTflite(situation: Situation, wanted: Uint8Array): Comparison {
  const { graph, inputs } = situation;
  const found = must(interpret(graph, inputs, { rounding }).outputs[0], "output");
  const differing = Array.from(wanted.keys()).filter((index) => wanted[index] !== found[index]);
  const near = differing.length > 0 ? nearHalves(situation) : new Set();
  const wrong = differing.filter((index) => !near.has(index)).length;
  return { elements: wanted.length, wrong, excused: differing.length - wrong };
}

/** Output elements whose exact value, in output steps, is within 2^-16 of a half. */
function nearHalves({ graph, inputs }: Situation): ReadonlySet<number> {
  const tensors = graph.tensors.map((tensor, index): Tensor => {
    if (!graph.outputs.includes(index)) return tensor;
    const { scale } = must(tensor.type.quantization, "output quantisation");
    const quantization = { scale: scale.map((step) => step / FINENESS), zeroPoint: [0], axis: 0 };
    return { ...tensor, type: { ...tensor.type, dtype: "int32", quantization } };
  });
  const nodes = graph.nodes.map((node) => ({
    ...node,
    attributes: { ...node.attributes, activation: "none" },
  }));
  const { outputs } = interpret({ ...graph, tensors, nodes }, inputs, { rounding });
  const values = Array.from(viewTensor("int32", must(outputs[0], "output")), Number);
  const distance = (value: number) => Math.abs((value & (FINENESS - 1)) - FINENESS / 2);
  return new Set(values.flatMap((value, index) => (distance(value) <= 1 ? [index] : [])));
}

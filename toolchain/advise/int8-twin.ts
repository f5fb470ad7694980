/**
 * What a float model would be after post-training quantisation, for planning: the int8 graph that
 * our own quantiser makes of it from one made-up sample. Its tensors have the bytes of the real
 * one; which kernel forms its weights allow depends on the real ranges, so plans are estimates.
 */
import { Diagnostic } from "../diagnostics/diagnostic.ts";
import { type Graph, inputsOf, outputsOf, tensorAt } from "../ir/graph.ts";
import { elementCount } from "../ir/types.ts";
import { operatorOf } from "../ops/registry.ts";
import { quantize } from "../quantize/quantize.ts";

/** The sample runs in the reference interpreter, which is slow. */
const MACS_MAX = 20_000_000;

/** EF3001 for a model that is not float, or is too large to be tried. */
export function int8Twin(graph: Graph): Graph {
  const types = graph.inputs.map((index) => tensorAt(graph, index).type);
  if (types.some(({ dtype }) => dtype !== "float32")) {
    const message = "the model is not a float model";
    throw new Diagnostic("EF3001", { message, where: { model: graph.name } });
  }
  const macs = graph.nodes.reduce((sum, node) => {
    const operands = { inputs: inputsOf(graph, node), outputs: outputsOf(graph, node) };
    return sum + operatorOf(node).macs({ attributes: node.attributes, ...operands });
  }, 0);
  if (macs > MACS_MAX) {
    const message = `one sample of the model takes ${macs} multiply-adds`;
    throw new Diagnostic("EF3001", { message, where: { model: graph.name } });
  }
  const sample = types.map(({ shape }) =>
    Float32Array.from({ length: elementCount(shape) }, (_, index) => ((index % 17) - 8) / 8),
  );
  return quantize(graph, [sample]);
}

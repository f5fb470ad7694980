/**
 * The same model on another size of image, for planning: what it would take if it was trained so.
 *
 * Every node gets its outputs' shapes from its operator's own inference; operators whose attributes
 * belong to a size (padding schemes, windows over a whole image) state how those follow
 * (`rewrites.resized`). Constants stay, so a layer whose weights depend on the size refuses, and so
 * does everything else that does not fit together any more.
 */
import { must } from "../diagnostics/assert.ts";
import { Diagnostic } from "../diagnostics/diagnostic.ts";
import { type Graph, type Node, outputsOf, type Tensor, tensorAt } from "../ir/graph.ts";
import type { Shape } from "../ir/types.ts";
import { operatorOf } from "../ops/registry.ts";
import { verifyGraph } from "../ops/verify-graph.ts";

export interface ImageSize {
  readonly height: number;
  readonly width: number;
}

/** The size of the one image [1, height, width, channels]; null: it takes something else. */
export function imageSizeOf(graph: Graph): ImageSize | null {
  const [input, ...others] = graph.inputs;
  if (input === undefined || others.length > 0) return null;
  const [batch, height, width, channels, ...more] = tensorAt(graph, input).type.shape;
  if (batch !== 1 || height === undefined || width === undefined) return null;
  return channels !== undefined && more.length === 0 ? { height, width } : null;
}

const refusal = (graph: Graph, message: string, cause?: unknown): Diagnostic =>
  new Diagnostic("EF7004", {
    message: `the model cannot take another input size: ${message}`,
    where: { model: graph.name, option: "--input-size" },
    next: ["build the model for that size, with random weights if need be, and plan it"],
    cause,
  });

/** The graph for images of that size; EF7004 names the node that stands in the way. */
export function withInputSize(graph: Graph, { height, width }: ImageSize): Graph {
  const input = graph.inputs[0];
  if (input === undefined || imageSizeOf(graph) === null) {
    throw refusal(graph, "it needs exactly one input [1, height, width, channels]");
  }
  const tensors = [...graph.tensors];
  const channels = tensorAt(graph, input).type.shape.at(-1) ?? 1;
  tensors[input] = reshaped(tensorAt(graph, input), [1, height, width, channels]);
  const nodes = graph.nodes.map((node) => {
    try {
      return resizedNode(graph, node, tensors);
    } catch (cause) {
      if (!(cause instanceof Diagnostic)) throw cause;
      throw refusal(graph, `node '${node.name}' depends on it (${cause.message})`, cause);
    }
  });
  return verifyGraph({ ...graph, tensors, nodes });
}

/** The node on the new shapes of its inputs; writes those of its outputs to `tensors`. */
function resizedNode(graph: Graph, node: Node, tensors: Tensor[]): Node {
  const operator = operatorOf(node);
  const now = (index: number | null) =>
    index === null ? null : must(tensors[index], `tensor ${index}`);
  const inputs = node.inputs.map(now);
  const before = node.inputs.map((index) => (index === null ? null : tensorAt(graph, index)));
  const first = inputs[0]?.type.shape;
  const follow = operator.rewrites?.resized;
  const context = { attributes: node.attributes, inputs: before, outputs: outputsOf(graph, node) };
  const isSame = first === undefined || `${first}` === `${before[0]?.type.shape}`;
  const attributes = isSame || !follow ? node.attributes : follow(context, first);
  const types = operator.infer({ attributes, inputs, outputCount: node.outputs.length });
  node.outputs.forEach((output, index) => {
    const { shape } = must(types[index], "an inferred type");
    tensors[output] = reshaped(tensorAt(graph, output), shape);
  });
  return { ...node, attributes };
}

const reshaped = (tensor: Tensor, shape: Shape): Tensor => ({
  ...tensor,
  type: { ...tensor.type, shape },
});

/**
 * A trained network as a float32 Graph: one node a layer, its parameters as constants. A classifier
 * trained on logits gets its softmax here.
 */
import { must } from "../diagnostics/assert.ts";
import type { Attributes, Graph, Node, Tensor, TensorIndex } from "../ir/graph.ts";
import { bytesOf, type Shape } from "../ir/types.ts";
import { verifyGraph } from "../ops/verify-graph.ts";
import type { Network } from "./network.ts";

export interface GraphOptions {
  readonly name: string;
  /** Ends the graph with softmax, as softmaxCrossEntropy does while training. */
  readonly softmax: boolean;
}

export function toGraph(net: Network, { name, softmax }: GraphOptions): Graph {
  const tensors: Tensor[] = [];
  const nodes: Node[] = [];
  const addTensor = (tensorName: string, shape: Shape, data?: Float32Array): TensorIndex => {
    const tensor = { name: tensorName, type: { dtype: "float32", shape } } as const;
    return (
      tensors.push(data === undefined ? tensor : { ...tensor, data: bytesOf(data.slice()) }) - 1
    );
  };
  const addNode = (op: string, attributes: Attributes, inputs: TensorIndex[], shape: Shape) => {
    const nodeName = `${op}_${nodes.filter((node) => node.op === op).length + 1}`;
    const output = addTensor(nodeName, [1, ...shape]);
    nodes.push({ name: nodeName, op, attributes, inputs, outputs: [output] });
    return output;
  };
  const input = addTensor("input", [1, ...net.inputShape]);
  let last = input;
  net.layers.forEach(({ node, parameters, outputShape }, index) => {
    const constants = parameters.map((parameter) =>
      addTensor(`layer_${index + 1}/${parameter.name}`, parameter.shape, parameter.values),
    );
    last = addNode(node.op, node.attributes, [last, ...constants], outputShape);
  });
  if (softmax) {
    const { outputShape } = must(net.layers.at(-1), "a layer");
    last = addNode("softmax", { beta: 1 }, [last], outputShape);
  }
  return verifyGraph({ name, tensors, nodes, inputs: [input], outputs: [last] });
}

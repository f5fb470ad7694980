/**
 * Every operator of a model against the real TensorFlow Lite, each on the runtime's own inputs.
 * The runtime is made to show its intermediate values by writing the model back with all of them as
 * outputs.
 */
import { must } from "../../toolchain/diagnostics/assert.ts";
import { writeTflite } from "../../toolchain/export/tflite/write.ts";
import type { Graph, Node } from "../../toolchain/ir/graph.ts";
import type { Situation } from "../ops/case.ts";
import { loadTflite } from "../oracles/tflite-runtime.ts";
import { type Comparison, compareWithTflite } from "./near-halves.ts";

/** One node of a graph by itself, with the bytes of its run-time inputs. */
function situationOf(graph: Graph, node: Node, values: ReadonlyMap<number, Uint8Array>): Situation {
  const inputs = node.inputs.filter((index) => index !== null && values.has(index)) as number[];
  return {
    graph: { ...graph, nodes: [node], inputs, outputs: node.outputs },
    inputs: inputs.map((index) => must(values.get(index), "a computed value")),
  };
}

export interface LayerComparison extends Comparison {
  readonly node: string;
  readonly case: number;
}

/** All operators on all cases; a case is one array of bytes for each graph input. */
export async function compareLayers(
  graph: Graph,
  cases: readonly (readonly Uint8Array[])[],
): Promise<LayerComparison[]> {
  const outputs = graph.nodes.flatMap((node) => node.outputs);
  const session = (await loadTflite()).open(writeTflite({ ...graph, outputs }));
  const comparisons = cases.flatMap((inputs, index) => {
    const given = graph.inputs.map((tensor, at) => [tensor, must(inputs[at], "input")] as const);
    const computed = session
      .run(inputs)
      .map((bytes, at) => [must(outputs[at], "an output"), bytes] as const);
    const values = new Map([...given, ...computed]);
    return graph.nodes.map((node) => {
      const wanted = must(values.get(must(node.outputs[0], "output")), "the runtime's value");
      const compared = compareWithTflite(situationOf(graph, node, values), wanted);
      return { node: node.name, case: index, ...compared };
    });
  });
  session.close();
  return comparisons;
}

/**
 * Whole models against the real TensorFlow Lite with the default rounding: the outputs of every
 * case, and every operator on what the runtime itself gave it. The runtime is made to show its
 * intermediate values by writing the model back with all of them as outputs.
 */
import { describe, expect, it } from "vitest";
import { must } from "../../toolchain/diagnostics/assert.ts";
import { writeTflite } from "../../toolchain/export/tflite/write.ts";
import { readTflite } from "../../toolchain/import/tflite/read.ts";
import type { Graph, Node } from "../../toolchain/ir/graph.ts";
import { interpret } from "../../toolchain/simulate/reference/interpreter.ts";
import type { Situation } from "../ops/case.ts";
import { readGolden, sharedDataPresent } from "../oracles/goldens.ts";
import { loadTflite } from "../oracles/tflite-runtime.ts";
import { compareWithTflite } from "./near-halves.ts";

const models = ["hello_world_int8", "kws_ref_model", "pretrainedResnet_quant", "ad01_int8"];
const rounding = "tflite" as const;
const folder = sharedDataPresent ? "" : " (skipped: ../shared/data is absent)";

/** The graph with the outputs of all nodes as graph outputs. */
function exposed(graph: Graph): Graph {
  return { ...graph, outputs: graph.nodes.flatMap((node) => node.outputs) };
}

/** One node of a graph by itself, with the bytes of its run-time inputs. */
function situationOf(graph: Graph, node: Node, values: ReadonlyMap<number, Uint8Array>): Situation {
  const inputs = node.inputs.filter((index) => index !== null && values.has(index)) as number[];
  return {
    graph: { ...graph, nodes: [node], inputs, outputs: node.outputs },
    inputs: inputs.map((index) => must(values.get(index), "a computed value")),
  };
}

describe.skipIf(!sharedDataPresent)(`reference interpreter equals TensorFlow Lite${folder}`, () => {
  it.each(models)("%s: outputs of every case", async (name) => {
    const { model, cases } = readGolden(name);
    const graph = readTflite(model, name);
    const session = (await loadTflite()).open(model);
    for (const { inputs } of cases) {
      expect(interpret(graph, inputs, { rounding }).outputs).toEqual(session.run(inputs));
    }
    session.close();
  });

  it.each(models)("%s: every operator, on the runtime's own inputs to it", async (name) => {
    const { model, cases } = readGolden(name);
    const graph = exposed(readTflite(model, name));
    const session = (await loadTflite()).open(writeTflite(graph));
    let excused = 0;
    for (const { inputs } of cases.slice(0, 2)) {
      const values = new Map([
        ...graph.inputs.map((index, at) => [index, must(inputs[at], "input")] as const),
        ...session
          .run(inputs)
          .map((bytes, at) => [must(graph.outputs[at], "output"), bytes] as const),
      ]);
      for (const node of graph.nodes) {
        const alone = situationOf(graph, node, values);
        const comparison = compareWithTflite(
          alone,
          must(values.get(node.outputs[0] ?? -1), "value"),
        );
        expect({ node: node.name, wrong: comparison.wrong }).toEqual({ node: node.name, wrong: 0 });
        excused += comparison.excused;
      }
    }
    session.close();
    expect(excused).toBeLessThanOrEqual(2);
  });
});

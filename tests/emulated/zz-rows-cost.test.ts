import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { readTflite } from "../../toolchain/import/tflite/read.ts";
import { must } from "../../toolchain/diagnostics/assert.ts";
import { inputsOf, outputsOf } from "../../toolchain/ir/graph.ts";
import { operatorOf } from "../../toolchain/ops/registry.ts";
import { layerPlan } from "../bench/one-layer.ts";
import { buildArtifact } from "../../toolchain/pack/artifact.ts";
import { instructionsOfEach } from "./harness/instructions.ts";
import { reduceMax } from "../../toolchain/ops/reduce-max.ts";
it("x", async () => {
  const graph = readTflite(readFileSync(`/work/shared/data/models/kws_ref_model.tflite`), "kws");
  const list: { name: string; predicted: number; artifact: any }[] = [];
  const step = graph.nodes.findIndex((n) => n.op === "average_pool2d");
  const node = must(graph.nodes[step], "n");
  const [input] = inputsOf(graph, node); const [output] = outputsOf(graph, node);
  const i = must(input, "i"); const o = must(output, "o");
  const plan = (form: any, from: number[], to: number[], dt: any = "int8") => layerPlan({ name: "a", tensors: [{ name: "r", type: { ...i.type, dtype: dt, shape: from } }, { name: "t", type: { ...o.type, dtype: dt, shape: to } }], nodes: [{ ...node, inputs: [0], outputs: [1] }], inputs: [0], outputs: [1] }, form);
  const add = async (name: string, t: any, [h, w, c]: number[], dt: any = "int8") => {
    const eb = dt === "float32" ? 4 : 1;
    list.push({ name: `${name} add`, predicted: t.add.cost.instructions, artifact: await buildArtifact(plan(t.add, [1, 1, w!, c!], [1, 1, 1, t.sums.bytes / eb], dt)) });
    list.push({ name: `${name} finish`, predicted: t.finish.cost.instructions, artifact: await buildArtifact(plan(t.finish, [1, 1, 1, t.sums.bytes / eb], [1, 1, 1, c!], dt)) });
  };
  const total = (attributes: any, op: any, shape: number[], dt: any = "int8") => must(op.rows?.total?.({ attributes, rounding: "tflite", inputs: [{ ...i, type: { ...i.type, dtype: dt, shape } }], outputs: [{ ...o, type: { ...i.type, dtype: dt, shape: [1, 1, 1, shape[3]!] } }] }), "t");
  const pool = operatorOf(node);
  for (const s of [[25, 5, 64], [25, 24, 64], [8, 8, 6], [20, 20, 64]]) {
    const at = { kernel: [s[0], s[1]], strides: [1, 1], pads: [0, 0, 0, 0], activation: "none" };
    await add(`avg ${s}`, total(at, pool, [1, ...s]), s);
  }
  await add("max", total({ axes: [1, 2], keepDims: true }, reduceMax, [1, 25, 24, 64]), [25, 24, 64]);
  const s = [25, 24, 64];
  await add("float", total({ kernel: [25, 24], strides: [1, 1], pads: [0, 0, 0, 0], activation: "none" }, pool, [1, ...s], "float32"), s, "float32");
  const counts = await instructionsOfEach(list.map(({ artifact }) => artifact));
  list.forEach(({ name, predicted }, k) => console.log("ROWCOST", name, predicted, counts[k], (predicted / must(counts[k], "c")).toFixed(3)));
  expect(1).toBe(1);
});

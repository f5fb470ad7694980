/** The networks with random weights are what they should be before anything is measured on them. */
import { describe, expect, it } from "vitest";
import { must } from "../../toolchain/diagnostics/assert.ts";
import { type Graph, inputsOf, outputsOf, tensorAt } from "../../toolchain/ir/graph.ts";
import { byteLength } from "../../toolchain/ir/types.ts";
import { operatorOf } from "../../toolchain/ops/registry.ts";
import { rewrite } from "../../toolchain/passes/pipeline.ts";
import { lifetimes, liveBytes } from "../../toolchain/plan/lifetimes.ts";
import { interpret } from "../../toolchain/simulate/reference/interpreter.ts";
import { xorshift32 } from "../ops/random.ts";
import { mobileNetV1, mobileNetV2 } from "./mobilenets.ts";

const tensorBound = (graph: Graph) => Math.max(...liveBytes(lifetimes(graph), graph.nodes.length));

const macs = (graph: Graph) =>
  graph.nodes.reduce((sum, node) => {
    const { attributes } = node;
    const operands = { inputs: inputsOf(graph, node), outputs: outputsOf(graph, node) };
    return sum + operatorOf(node).macs({ attributes, ...operands });
  }, 0);

describe("MobileNetV1 0.25", () => {
  const graph = mobileNetV1();

  it("has the work and the tensor-level bound of visual wake words", () => {
    expect(macs(graph)).toBe(7_489_664);
    expect(tensorBound(graph)).toBe(55_296);
  });

  it("gives every layer values that neither vanish nor all saturate", () => {
    const random = xorshift32(7);
    const image = Uint8Array.from({ length: 96 * 96 * 3 }, () => random() >>> 24);
    const { tensors } = interpret(graph, [image], { rounding: "tflite" });
    for (const { op, name, outputs } of graph.nodes) {
      const values = Array.from(must(tensors.get(must(outputs[0], "output")), "values"), Number);
      const distinct = new Set(values).size;
      if (op !== "softmax") expect(distinct, name).toBeGreaterThan(Math.min(32, values.length / 4));
    }
  });
});

describe("MobileNetV2", () => {
  const graph = mobileNetV2();

  it("has the work of the network, and pads that set the tensor-level bound", () => {
    expect(macs(graph)).toBe(300_774_272);
    expect(tensorBound(graph)).toBe(112 * 112 * 96 + 114 * 114 * 96);
    const folded = rewrite(graph, { rounding: "tflite" });
    expect(tensorBound(folded)).toBe(112 * 112 * 96 + 56 * 56 * 96);
    const image = must(folded.inputs[0], "the image");
    expect(byteLength(tensorAt(folded, image).type)).toBe(224 * 224 * 3);
  });
});

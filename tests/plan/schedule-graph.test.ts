/**
 * The order of graphs: the scheduler's costs are those that lifetimes and kernel forms give, states
 * keep their readers ahead of them, a graph that is best as it is stays the same value, and what is
 * reordered computes the same.
 */
import { describe, expect, it } from "vitest";
import { must } from "../../toolchain/diagnostics/assert.ts";
import { GraphBuilder } from "../../toolchain/import/builder/builder.ts";
import { int8 } from "../../toolchain/import/builder/tensor-types.ts";
import type { Graph } from "../../toolchain/ir/graph.ts";
import { parseGraph } from "../../toolchain/ir/parse.ts";
import { verifyGraph } from "../../toolchain/ops/verify-graph.ts";
import { buildArtifact } from "../../toolchain/pack/artifact.ts";
import { arrange } from "../../toolchain/plan/arrangement.ts";
import { optionsOf } from "../../toolchain/plan/choose-forms.ts";
import { lifetimes, liveBytes } from "../../toolchain/plan/lifetimes.ts";
import { makePlan } from "../../toolchain/plan/plan.ts";
import { problemOf } from "../../toolchain/plan/schedule/graph-problem.ts";
import { leastOrder } from "../../toolchain/plan/schedule/order.ts";
import { stepNeeds } from "../../toolchain/plan/schedule/order-problem.ts";
import { schedule } from "../../toolchain/plan/schedule/schedule.ts";
import { optimizations } from "../../toolchain/plan/types.ts";
import { instantiate } from "../../toolchain/simulate/host/host-runtime.ts";
import { interpret } from "../../toolchain/simulate/reference/interpreter.ts";
import { randomDag } from "../e2e/random-dag.ts";
import { diamond } from "./models.ts";

const options = { rounding: "tflite", nestedOperatorsMax: Number.POSITIVE_INFINITY } as const;
const quantized = { scale: 0.1, zeroPoint: 3 };

const namesOf = ({ nodes }: Graph) => nodes.map(({ name }) => name);

const permuted = (graph: Graph, order: readonly number[]): Graph => {
  return { ...graph, nodes: order.map((index) => must(graph.nodes[index], "a node")) };
};

/** Two wide branches that end narrow, written one beside the other: both are wide at once. */
function branches(): Graph {
  const g = new GraphBuilder("branches");
  const input = g.input("input", int8([1, 6, 6, 2], quantized));
  const wide = ["a", "b", "c"].map((name) => {
    const parts = [input, g.relu(input, { output: quantized }), input];
    return g.op("concatenation", parts, { axis: 3 }, { name });
  });
  const wider = wide.map((value) => g.relu(value, { output: quantized }));
  const narrow = wider.map((value) => g.maxPool2d(value, [3, 3], { stride: 3 }));
  const [first, second, third] = narrow.map((value) => must(value, "a branch"));
  const sum = g.add(must(first, "a"), must(second, "b"), { output: quantized });
  return g.build(g.add(sum, must(third, "c"), { output: quantized }));
}

describe("the order problem of a graph", () => {
  it("costs what lifetimes and forms say, in any order it finds", () => {
    for (let seed = 0; seed < 60; seed++) {
      const graph = randomDag(seed);
      const problem = problemOf(graph, options);
      const { order } = leastOrder(problem);
      const bare = problem.operators.map((each) => ({ ...each, extraBytes: () => 0 }));
      for (const candidate of [order, [...graph.nodes.keys()]]) {
        const ordered = verifyGraph(permuted(graph, candidate));
        const runs = lifetimes(ordered);
        if (runs.length !== lifetimes(graph).length) continue;
        const alive = liveBytes(runs, candidate.length);
        expect(stepNeeds({ ...problem, operators: bare }, candidate)).toEqual(alive);
      }
    }
  });

  it("needs at each step what the leanest form of the arrangement needs", () => {
    for (const graph of [diamond(), branches()]) {
      const { steps } = arrange(graph, options);
      const leanest = optionsOf(steps).map((all) => Math.min(...all.map(({ bytes }) => bytes)));
      const order = [...graph.nodes.keys()];
      expect(stepNeeds(problemOf(graph, options), order)).toEqual(leanest);
    }
  });
});

describe("schedule", () => {
  it("leaves a graph alone that is best as it is", () => {
    const graph = diamond();
    const { graph: kept, order } = schedule(graph, options);
    expect(kept).toBe(graph);
    expect(order.proven).toBe(true);
    expect(order.plannedBytes).toBe(order.definitionBytes);
    expect(makePlan(graph).graph).toBe(graph);
  });

  it("ends one branch before the next, at most two wide tensors alive", () => {
    const graph = branches();
    const { graph: better, order } = schedule(graph, options);
    expect(order.proven).toBe(true);
    expect(order.plannedBytes).toBeLessThan(order.definitionBytes);
    expect([...namesOf(better)].sort()).toEqual([...namesOf(graph)].sort());
    expect(schedule(better, options).graph).toBe(better);
    expect(schedule(graph, options)).toEqual({ graph: better, order });
  });

  it("keeps readers of a state ahead of the node that makes its next value", () => {
    const graph = verifyGraph(
      parseGraph(`graph held
inputs (x)
outputs (y)
states (old -> next)
tensor x: float32[1, 8]
tensor old: float32[1, 8]
tensor shaped: float32[8, 1]
tensor twice: float32[8, 1]
tensor a: float32[1, 8]
tensor sum: float32[8, 1]
tensor y: float32[8, 1]
tensor next: float32[1, 8]
node shaped: shaped = reshape(old) { shape: [8, 1] }
node twice: twice = relu(shaped) { activation: "relu" }
node a: a = relu(x) { activation: "relu" }
node sum: sum = add(twice, shaped) { activation: "none" }
node y: y = relu(sum) { activation: "relu" }
node next: next = assign(a)
`),
    );
    const problem = problemOf(graph, options);
    const next = graph.nodes.findIndex(({ name }) => name === "next");
    const after = must(problem.operators[next], "assign").after.map((at) => graph.nodes[at]?.name);
    expect(after).toEqual(["shaped", "twice", "a", "sum"]);
    const names = namesOf(verifyGraph(schedule(graph, options).graph));
    expect(names.indexOf("next")).toBeGreaterThan(names.indexOf("sum"));
    expect(() => verifyGraph(makePlan(graph).graph)).not.toThrow();
  });

  it("never needs more than the file's order, and orders validly", () => {
    let reordered = 0;
    for (let seed = 0; seed < 120; seed++) {
      const graph = randomDag(seed);
      const { graph: better, order } = schedule(graph, options);
      expect(order.plannedBytes).toBeLessThanOrEqual(order.definitionBytes);
      expect(order.lowerBoundBytes).toBeLessThanOrEqual(order.plannedBytes);
      verifyGraph(better);
      if (better !== graph) reordered += 1;
    }
    expect(reordered).toBeGreaterThan(3);
  });
});

describe("a reordered plan", () => {
  const graph = branches();

  it.each(optimizations)("computes what the graph says, --optimize %s", async (optimize) => {
    const plan = makePlan(graph, { optimize });
    expect(namesOf(plan.graph)).not.toEqual(namesOf(graph));
    const { wasm, weights, manifest } = await buildArtifact(plan);
    const host = instantiate(wasm, weights);
    const input = Uint8Array.from({ length: 72 }, (_, at) => (at * 89 + 7) & 0xff);
    const at = (index: number | undefined) => must(manifest.tensors[index ?? -1], "a tensor");
    host.memory.set(input, at(manifest.inputs[0]).offset);
    host.predict();
    const { offset, bytes } = at(manifest.outputs[0]);
    const found = host.memory.slice(offset, offset + bytes);
    const wanted = interpret(graph, [input], { rounding: "tflite" }).outputs;
    expect(Buffer.from(found)).toEqual(Buffer.concat(wanted));
  });

  it("has a lower peak than the file's order has", () => {
    const { order, peakBytes } = makePlan(graph, { optimize: "ram" });
    const { steps } = arrange(graph, options);
    const least = optionsOf(steps).map((all) => Math.min(...all.map(({ bytes }) => bytes)));
    expect(Math.max(...least)).toBe(order.definitionBytes);
    expect(peakBytes).toBeLessThan(order.definitionBytes);
  });
});

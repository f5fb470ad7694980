/**
 * Views: parts of tensors that the planner places inside one another instead of copying them. Which
 * ones it takes, which it must not, and that the module still gives the reference's bytes.
 */
import { describe, expect, it } from "vitest";
import { v8Runner } from "../../toolchain/cli/runners.ts";
import { must } from "../../toolchain/diagnostics/assert.ts";
import { GraphBuilder } from "../../toolchain/import/builder/builder.ts";
import type { Value } from "../../toolchain/import/builder/dag-builder.ts";
import { int8 } from "../../toolchain/import/builder/tensor-types.ts";
import { type Graph, tensorAt } from "../../toolchain/ir/graph.ts";
import { byteLength } from "../../toolchain/ir/types.ts";
import { buildArtifact } from "../../toolchain/pack/artifact.ts";
import { arrange } from "../../toolchain/plan/arrangement.ts";
import { overlapsOf } from "../../toolchain/plan/overlaps.ts";
import { placeOf, placesOf } from "../../toolchain/plan/places.ts";
import { makePlan } from "../../toolchain/plan/plan.ts";
import { interpret } from "../../toolchain/simulate/reference/interpreter.ts";
import { between, xorshift32 } from "../ops/random.ts";

const quantized = { scale: 0.1, zeroPoint: 3 };
const options = { output: quantized };

type Make = (g: GraphBuilder, x: Value) => readonly Value[];

/** A graph of one input [1, rows, 4]. */
function graphOf(make: Make, rows = 6): Graph {
  const g = new GraphBuilder("views");
  const x = g.input("x", int8([1, rows, 4], quantized));
  return g.build(...make(g, x));
}

/** The same beside a last step that needs more than all of it, so that nothing else is the peak. */
function besideMore(make: Make): Graph {
  return graphOf((g, x) => {
    const more = g.input("more", int8([1, 100], quantized));
    return [...make(g, x), more, relu(g, more, "most")];
  });
}

const relu = (g: GraphBuilder, x: Value, name: string) => g.relu(x, { name, ...options });

const slice = (g: GraphBuilder, x: Value, first: number, rows: number, name: string) =>
  g.op("slice", [x], { begin: [0, first, 0], sizes: [1, rows, 4] }, { name });

const join = (g: GraphBuilder, values: readonly Value[], axis = 1) =>
  g.op("concatenation", values, { axis }, { name: "joined" });

/** Two branches of one input that meet in a concatenation. */
const branches: Make = (g, x) => {
  const [a, b] = [relu(g, x, "a"), g.op("abs", [x], {}, { name: "b", ...options })];
  return [relu(g, join(g, [a, b]), "last")];
};

/** Names of the nodes that run no kernel. */
function idle(graph: Graph): string[] {
  const { steps, graph: ordered } = makePlan(graph, { optimize: "ram" });
  return steps.flatMap(({ node, form }) => {
    return form === null ? [must(ordered.nodes[node], "a node").name] : [];
  });
}

async function expectReference(graph: Graph): Promise<void> {
  const random = xorshift32(7);
  const inputs = graph.inputs.map((index) =>
    Uint8Array.from({ length: byteLength(tensorAt(graph, index).type) }, () =>
      between(random, 0, 255),
    ),
  );
  const wanted = interpret(graph, inputs, { rounding: "tflite" }).outputs;
  for (const optimize of ["ram", "speed"] as const) {
    const runner = v8Runner(await buildArtifact(makePlan(graph, { optimize })));
    const found = await runner.run(Buffer.concat(inputs));
    expect(Buffer.from(found).toString("hex")).toBe(Buffer.concat(wanted).toString("hex"));
  }
}

describe("a concatenation", () => {
  it("has its parts written in place", async () => {
    const graph = besideMore(branches);
    expect(idle(graph)).toEqual(["joined"]);
    const plan = makePlan(graph);
    const indexOf = (name: string) =>
      plan.graph.tensors.findIndex((tensor) => tensor.name === name);
    const at = (name: string) => placeOf(placesOf(plan), indexOf(name)).offset;
    expect(at("a")).toBe(at("joined"));
    expect(at("b")).toBe(at("joined") + 24);
    await expectReference(graph);
  });

  it("takes a graph input and parts of it", async () => {
    const graph = graphOf((g, x) => [relu(g, join(g, [x, g.op("abs", [x], {}, options)]), "y")]);
    expect(idle(graph)).toEqual(["joined"]);
    await expectReference(graph);
  });

  it("is copied where its parts would claim all of it too early", async () => {
    const graph = graphOf(branches);
    expect(idle(graph)).toEqual([]);
    await expectReference(graph);
  });

  it("takes what is a graph output too", async () => {
    const graph = besideMore((g, x) => {
      const a = relu(g, x, "a");
      return [a, join(g, [a, g.op("abs", [x], {}, options)])];
    });
    expect(idle(graph)).toEqual(["joined"]);
    await expectReference(graph);
  });

  it.each<readonly [string, Make]>([
    [
      "of a constant",
      (g, x) => {
        const zeros = Array.from({ length: 4 }, () => 0);
        const c = g.constant("c", int8([1, 1, 4], quantized), zeros);
        return [join(g, [relu(g, x, "a"), c])];
      },
    ],
    [
      "of one tensor twice",
      (g, x) => {
        const a = relu(g, x, "a");
        return [join(g, [a, a])];
      },
    ],
    ["along an inner dimension", (g, x) => [join(g, [relu(g, x, "a"), relu(g, x, "b")], 2)]],
  ])("%s is copied", async (_, make) => {
    const graph = besideMore(make);
    expect(idle(graph)).toEqual([]);
    await expectReference(graph);
  });

  it("has a part that lies elsewhere already copied, and then the others too", async () => {
    const graph = besideMore((g, x) => {
      const a = relu(g, x, "a");
      const first = join(g, [a, g.op("abs", [x], {}, options)]);
      const both = g.op("concatenation", [g.op("hard_swish", [x], {}, options), a], { axis: 1 });
      return [first, both];
    });
    expect(idle(graph)).toEqual(["joined"]);
    await expectReference(graph);
  });
});

describe("a slice", () => {
  it("lies in its source while that is needed anyway", async () => {
    const graph = graphOf((g, x) => {
      const a = relu(g, x, "a");
      const part = slice(g, a, 2, 3, "part");
      return [g.op("abs", [part], {}, { name: "b", ...options }), relu(g, a, "c")];
    });
    expect(idle(graph)).toEqual(["part"]);
    await expectReference(graph);
  });

  it("is copied when it would keep a large source alive", async () => {
    const graph = graphOf((g, x) => {
      const part = slice(g, relu(g, x, "a"), 17, 1, "part");
      const long = g.op("tile", [part], { multiples: [1, 40, 1] }, { name: "long" });
      const other = g.op("abs", [long], {}, { name: "other", ...options });
      return [g.op("reduce_max", [other], { axes: [1], keepDims: true }, options), part];
    }, 40);
    expect(idle(graph)).toEqual([]);
    await expectReference(graph);
  });

  it.each([0, 1, 2])("of the middle dimension alone is a run, of dimension %i", async (axis) => {
    const graph = graphOf((g, x) => {
      const a = relu(g, x, "a");
      const attributes = { begin: [0, 0, 0], sizes: [1, 6, 4].with(axis, 1) };
      return [relu(g, g.op("slice", [a], attributes, { name: "part" }), "b"), a];
    });
    expect(idle(graph)).toEqual(axis === 2 ? [] : ["part"]);
    await expectReference(graph);
  });

  it("has a result that lies on it, since nothing needs the rest of its source", async () => {
    const graph = graphOf((g, x) => {
      const part = slice(g, relu(g, x, "a"), 1, 4, "part");
      return [relu(g, part, "b")];
    });
    expect(makePlan(graph, { optimize: "ram" }).tensorBytes).toBe(24);
    await expectReference(graph);
  });
});

describe("split, unpack and pack", () => {
  it("cut and put together without a copy", async () => {
    const graph = besideMore((g, x) => {
      const a = relu(g, x, "a");
      const outputs = [options, options];
      const halves = g.ops("split", [a], { axis: 1 }, { name: "halves", outputs });
      const [low, high] = halves.map((half, index) => relu(g, half, `half ${index}`));
      const both = [must(low, "low"), must(high, "high")];
      return [relu(g, g.op("pack", both, { axis: 0 }, { name: "both" }), "y")];
    });
    expect(idle(graph)).toEqual(["halves", "both"]);
    await expectReference(graph);
  });

  it("do not let a sum of two halves lie on one while it reads the other", async () => {
    const graph = graphOf((g, x) => {
      const outputs = [options, options];
      const halves = g.ops("split", [relu(g, x, "a")], { axis: 1 }, { name: "halves", outputs });
      const [low, high] = [must(halves[0], "low"), must(halves[1], "high")];
      return [g.add(low, high, { name: "sum", ...options })];
    });
    expect(idle(graph)).toEqual(["halves"]);
    const { runs, steps } = arrange(graph, { rounding: "tflite", nestedOperatorsMax: 1000 });
    const [sum] = must(steps.at(-1), "the last step").forms;
    expect(must(sum, "a form").overlaps).toHaveLength(2);
    expect(overlapsOf(graph, runs, steps.length - 1, must(sum, "a form"))).toEqual([]);
    await expectReference(graph);
  });
});

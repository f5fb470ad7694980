/** The verifier that knows operators: names, schemas, and declared against inferred outputs. */
import { describe, expect, it } from "vitest";
import { Diagnostic } from "../../toolchain/diagnostics/diagnostic.ts";
import type { Graph } from "../../toolchain/ir/graph.ts";
import { parseGraph } from "../../toolchain/ir/parse.ts";
import { locate, verifyGraph } from "../../toolchain/ops/verify-graph.ts";

const graphOf = (node: string, output = "int8[1, 2, 2, 1] scale 0.5 zero 0"): Graph =>
  parseGraph(`graph net inputs (x) outputs (y)
    tensor x: int8[1, 4, 4, 1] scale 0.5 zero 0
    tensor y: ${output}
    node pool: y = ${node}`);

const attributes = 'kernel: [2, 2], strides: [2, 2], pads: [0, 0, 0, 0], activation: "none"';

describe("verifyGraph", () => {
  it("returns a graph that follows every rule", () => {
    const graph = graphOf(`max_pool2d(x) { ${attributes} }`);
    expect(verifyGraph(graph)).toBe(graph);
  });

  it.each<[string, Graph, string]>([
    [
      "an unknown operator",
      graphOf("max_pool(x)"),
      "no operator max_pool; the nearest is max_pool2d",
    ],
    [
      "a missing attribute",
      graphOf("max_pool2d(x)"),
      "attribute kernel must be a list of integers",
    ],
    [
      "an attribute out of range",
      graphOf(`max_pool2d(x) { ${attributes.replace("[2, 2]", "[0, 2]")} }`),
      "attribute kernel must be an integer from 1",
    ],
    [
      "an unknown attribute",
      graphOf(`max_pool2d(x) { ${attributes}, stride: 2 }`),
      "attribute stride is not an attribute of this operator",
    ],
    ["a wrong operand count", graphOf(`max_pool2d(x, x) { ${attributes} }`), "2 inputs"],
    [
      "a wrong shape",
      graphOf(`max_pool2d(x) { ${attributes} }`, "int8[1, 2, 2, 2] scale 0.5 zero 0"),
      'output "y" is declared int8[1, 2, 2, 2], the operator gives int8[1, 2, 2, 1]',
    ],
    [
      "a wrong element type",
      graphOf(`max_pool2d(x) { ${attributes} }`, "float32[1, 2, 2, 1]"),
      'output "y" is declared float32[1, 2, 2, 1], the operator gives int8[1, 2, 2, 1]',
    ],
  ])("refuses %s at its node", (_what, graph, message) => {
    expect.assertions(4);
    try {
      verifyGraph(graph);
    } catch (error) {
      expect(error).toBeInstanceOf(Diagnostic);
      const { code, message: text, where } = error as Diagnostic;
      expect(code).toBe("EF2002");
      expect(text).toContain(message);
      expect(where).toMatchObject({ model: "net", node: "pool" });
    }
  });
});

describe("locate", () => {
  it("keeps the place that is closer and leaves other errors alone", () => {
    const inner = new Diagnostic("EF2002", { message: "m", where: { node: "near" } });
    const fail = (error: unknown) => () => {
      throw error;
    };
    expect(() => locate({ node: "far", model: "net" }, fail(inner))).toThrow(
      expect.objectContaining({ where: { node: "near", model: "net" } }),
    );
    const other = new RangeError("ours");
    expect(() => locate({}, fail(other))).toThrow(other);
  });
});

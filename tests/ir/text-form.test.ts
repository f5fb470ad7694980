/** The .eir text form: exact in both directions, and precise about where it does not parse. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Diagnostic } from "../../toolchain/diagnostics/diagnostic.ts";
import { parseGraph } from "../../toolchain/ir/parse.ts";
import { printGraph } from "../../toolchain/ir/print.ts";
import { verifyStructure } from "../../toolchain/ir/verify.ts";
import { randomGraph } from "./random-graph.ts";

const example = `graph net
inputs (x)
outputs ("a tensor")
tensor x: int8[1, 4] scale 0.5 zero -3
tensor w: int8[2, 4] scale [0.25, 0.125] zero 0 = [1, 2, 3, 4, -5, 6, 7, -128]
tensor bias: int64[2] = [9007199254740993, -1]
tensor table: float32[17] = base64
    "AAAAAAAAgD8AAABAAABAQAAAgEAAAKBAAADAQAAA4EAAAABBAAAQQQAAIEEAADBBAABAQQAAUEEAAGBBAABwQQAA"
    "gEE="
tensor "a tensor": float32[1, 2]
node dense/1: "a tensor" = dense(x, w, bias, _) { axes: [0, -0], beta: 1e-7, exact: true, t: "b" }
`;

function failureOf(text: string): Diagnostic {
  try {
    parseGraph(text);
  } catch (error) {
    if (error instanceof Diagnostic) return error;
    throw error;
  }
  throw new Error("the text parsed");
}

describe(".eir", () => {
  it("prints back the text it parsed", () => {
    const graph = parseGraph(example);
    expect(printGraph(graph)).toBe(example);
    expect(graph.tensors[1]?.type).toEqual({
      dtype: "int8",
      shape: [2, 4],
      quantization: { scale: [0.25, 0.125], zeroPoint: [0, 0], axis: 0 },
    });
    expect(graph.nodes[0]?.inputs).toEqual([0, 1, 2, null]);
    expect(graph.nodes[0]?.attributes).toEqual({
      axes: [0, -0],
      beta: 1e-7,
      exact: true,
      t: "b",
    });
  });

  it("takes comments and any spacing", () => {
    const loose = example.replace("inputs (x)", "# the door\n  inputs(\n x # one\n )");
    expect(printGraph(parseGraph(loose))).toBe(example);
  });

  it("holds any graph exactly (500 random graphs)", () => {
    const property = fc.property(randomGraph, (graph) => {
      verifyStructure(graph);
      const text = printGraph(graph);
      expect(parseGraph(text)).toEqual(graph);
      expect(printGraph(parseGraph(text))).toBe(text);
    });
    fc.assert(property, { seed: 11, numRuns: 500 });
  });

  it.each([
    ["", 'expected "graph", found the end of the text', 1, 1],
    ["graph g\ninputs (x\noutputs", 'expected ")", found "outputs"', 3, 1],
    ["graph g inputs (x) outputs ()", 'there is no tensor "x"', 1, 17],
    ["graph g inputs () outputs ()\ntensor x: int7[1]", '"int7" is none of', 2, 11],
    ["graph g inputs () outputs ()\ntensor x: int8[2] = [1]", "1 values stand for 2", 2, 21],
    ["graph g inputs () outputs ()\ntensor x: int8[1] = [200]", "200 is no element", 2, 21],
    ["graph g inputs () outputs ()\ntensor x: int64[1] = [0.5]", "0.5 is no element", 2, 22],
    ["graph g inputs () outputs ()\ntensor x: int8[99999999999] = [1]", "stand for 99", 2, 31],
    ['graph g inputs () outputs () tensor x: int8[1] = base64 "!"', "not base64", 1, 50],
    ['graph "\\q" inputs', "unknown escape", 1, 7],
    ["graph g inputs () outputs ()\ntensor x: int8[]\ntensor x: int8[]", "exists already", 3, 8],
    ["graph g inputs () outputs () extra", 'expected "node"', 1, 30],
  ])("refuses %j with its line and column", (text, message, line, column) => {
    const error = failureOf(text);
    expect(error.code).toBe("EF2004");
    expect(error.message).toContain(message);
    expect(error.where).toEqual({ line, column });
  });

  it("ends every cut of a text in a graph or in EF2004", () => {
    for (let length = 0; length < example.length; length += 1) {
      const text = example.slice(0, length);
      try {
        parseGraph(text);
      } catch (error) {
        expect(error).toBeInstanceOf(Diagnostic);
      }
    }
    expect(failureOf(example.slice(0, 100)).code).toBe("EF2004");
  });
});

/**
 * The writer: every feature of a graph survives the file, constants are aligned, and what the
 * format cannot say is refused. That TensorFlow Lite itself loads the files is shown on the real
 * models.
 */
import { describe, expect, it } from "vitest";
import { Diagnostic } from "../../toolchain/diagnostics/diagnostic.ts";
import { writeTflite } from "../../toolchain/export/tflite/write.ts";
import { readTflite } from "../../toolchain/import/tflite/read.ts";
import type { Attributes, Graph } from "../../toolchain/ir/graph.ts";
import type { TensorType } from "../../toolchain/ir/types.ts";
import { dummy } from "./dummy-operator.ts";

const attributes = { small: -128, large: 2 ** 31 - 1, ratio: 0.25, on: false, list: [1, -2] };
const type: TensorType = {
  dtype: "int8",
  shape: [1, 4],
  quantization: { scale: [1, 2, 3, Math.fround(0.1)], zeroPoint: [0, 1, -1, 127], axis: 1 },
};

function graphWith(axes: readonly number[]): Graph {
  const node = (name: string, inputs: readonly (number | null)[], output: number) => ({
    name,
    op: "dummy",
    attributes: { ...attributes, axes } as Attributes,
    inputs,
    outputs: [output],
  });
  return {
    name: "net",
    tensors: [
      { name: "x", type },
      { name: "odd", type: { dtype: "int8", shape: [3] }, data: Uint8Array.of(1, 2, 3) },
      { name: "scalar", type: { dtype: "int64", shape: [] }, data: new Uint8Array(8).fill(9) },
      { name: "größe", type },
      { name: "y", type },
      { name: "z", type },
    ],
    nodes: [node("größe", [0, 1], 3), node("y", [3, null], 4), node("z", [3, 2], 5)],
    inputs: [0],
    outputs: [4, 5, 3],
  };
}

describe("writeTflite", () => {
  it("reads back as the same graph", () => {
    const graph = graphWith([0, -1]);
    expect(readTflite(writeTflite(graph, [dummy]), "net", [dummy])).toEqual(graph);
  });

  it("aligns constants to 16 bytes and the file to its end", () => {
    const bytes = writeTflite(graphWith([0]), [dummy]);
    expect(bytes.length % 16).toBe(0);
    const at = bytes.findIndex((_, i) => bytes.slice(i, i + 3).join() === "1,2,3");
    expect(at % 16).toBe(0);
  });

  it("refuses what no spelling can express, with the node", () => {
    const write = () => writeTflite(graphWith([]), [dummy]);
    expect(write).toThrow(Diagnostic);
    expect(write).toThrow("a .tflite file cannot express this dummy");
  });
});

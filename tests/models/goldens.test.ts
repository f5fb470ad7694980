/**
 * Every shipped model: its goldens against the reference and the real TensorFlow Lite, its card.
 */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { figures, modelFolder, modelNames, readModel } from "../../models/figures.ts";
import { readGolden, sha256 } from "../../models/golden.ts";
import { tensorAt } from "../../toolchain/ir/graph.ts";
import { interpret } from "../../toolchain/simulate/reference/interpreter.ts";
import { loadTflite } from "../oracles/tflite-runtime.ts";

const typeOf = ({ name: _, ...type }: { name: string }) => type;

describe.each(modelNames)("the model %s", (name) => {
  const { bytes, graph } = readModel(name);
  const { manifest, inputs, outputs } = readGolden(modelFolder(name));

  it("is the file that its manifest describes", () => {
    expect(sha256(bytes)).toBe(manifest.modelSha256);
    expect(tensorAt(graph, graph.inputs[0] ?? -1).type).toEqual(typeOf(manifest.input));
    expect(tensorAt(graph, graph.outputs[0] ?? -1).type).toEqual(typeOf(manifest.output));
  });

  it("gives its golden outputs in the reference interpreter", () => {
    expect(outputs.length).toBeGreaterThanOrEqual(32);
    inputs.forEach((input, index) => {
      const [answer] = interpret(graph, [input], { rounding: "tflite" }).outputs;
      expect(answer, `case ${index}`).toEqual(outputs[index]);
    });
  });

  it("gives its golden outputs in the real TensorFlow Lite", async () => {
    const session = (await loadTflite()).open(bytes);
    inputs.forEach((input, index) => {
      expect(session.run([input])[0], `case ${index}`).toEqual(outputs[index]);
    });
    session.close();
  });

  it("has a card with today's figures (RAM apart, which is the planner's)", () => {
    const card = readFileSync(new URL("card.md", modelFolder(name)), "utf8");
    const rows = figures(name).filter(([what]) => !what.includes("RAM"));
    expect(rows.length).toBe(5);
    for (const [what, value] of rows) expect(card).toContain(`| ${what} | ${value} |`);
  });
});

/**
 * The digits model on the 1,500 digits that nothing in its making has seen.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { describe, expect, it } from "vitest";
import { digitsAccuracy } from "../../models/digits/accuracy.ts";
import { type Digit, labels, loadDigits, toInt8 } from "../../models/digits/data.ts";
import { modelFolder, readModel } from "../../models/figures.ts";
import { readGolden } from "../../models/golden.ts";
import { elementCount } from "../../toolchain/ir/types.ts";

const folder = modelFolder("digits");
const { graph } = readModel("digits");
const { training, heldOut } = loadDigits();

describe("the digits data", () => {
  it("are 8,500 digits to train with and 1,500 others", () => {
    expect([training.length, heldOut.length]).toEqual([8500, 1500]);
    const text = ({ pixels }: Digit) => Buffer.from(pixels).toString("base64");
    const held = new Set(heldOut.map(text));
    expect(training.some((digit) => held.has(text(digit)))).toBe(false);
    for (const label of labels.keys()) {
      expect(heldOut.filter((digit) => digit.label === label).length).toBeGreaterThan(100);
    }
  });

  it("have the original bytes: each stored decimal is a pixel / 255 to three digits", () => {
    const path = createRequire(import.meta.url).resolve("mnist/src/digits/3.json");
    const { data } = JSON.parse(readFileSync(path, "utf8")) as { data: number[] };
    const worst = data.reduce((error, value) => {
      const pixel = Math.round(value * 255);
      return Math.max(error, Math.abs(pixel / 255 - value));
    }, 0);
    expect(worst).toBeLessThanOrEqual(0.00101);
  });
});

describe("the digits model", () => {
  const { float32, int8 } = readGolden(folder).manifest.quality;

  it("recognises at least 97.5 % of the held-out digits in int8", { timeout: 120_000 }, () => {
    const accuracy = digitsAccuracy(graph, heldOut);
    expect(accuracy).toBe(int8);
    expect(accuracy).toBeGreaterThanOrEqual(0.975);
    expect(Math.abs(accuracy - float32)).toBeLessThanOrEqual(0.005);
  });

  it("is small and ends in a head of 64 -> 10 that a board can retrain", () => {
    const constants = graph.tensors.filter(({ data }) => data !== undefined);
    const parameters = constants.reduce((sum, { type }) => sum + elementCount(type.shape), 0);
    expect(parameters).toBeLessThanOrEqual(30000);
    const [head, last] = graph.nodes.slice(-2);
    expect([head?.op, last?.op]).toEqual(["fully_connected", "softmax"]);
    expect(graph.tensors[head?.inputs[1] ?? -1]?.type.shape).toEqual([10, 64]);
  });

  it("has real held-out digits as samples, two of each class", () => {
    const expected = JSON.parse(
      readFileSync(new URL("samples/labels.json", folder), "utf8"),
    ) as number[];
    expect(expected).toEqual(labels.flatMap((_, label) => [label, label]));
    expected.forEach((label, index) => {
      const file = new URL(`samples/${String(index).padStart(2, "0")}.bin`, folder);
      const bytes = new Int8Array(readFileSync(file));
      const same = heldOut.find((digit) => Buffer.from(toInt8(digit)).equals(Buffer.from(bytes)));
      expect(same?.label).toBe(label);
    });
  });

  it("names its classes, one a line", () => {
    const names = readFileSync(new URL("labels.txt", folder), "utf8").trim().split("\n");
    expect(names).toEqual([...labels]);
  });
});

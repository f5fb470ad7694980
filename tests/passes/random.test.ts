/**
 * Every pass on random graphs that were made worse on purpose: it keeps the laws, is settled after
 * one run, and all of them together take away what was put in.
 */
import { describe, expect, it } from "vitest";
import { must } from "../../toolchain/diagnostics/assert.ts";
import type { Graph } from "../../toolchain/ir/graph.ts";
import { printGraph } from "../../toolchain/ir/print.ts";
import { roundings } from "../../toolchain/numeric/requantize.ts";
import { passes, rewrite } from "../../toolchain/passes/pipeline.ts";
import { shareDuplicates } from "../../toolchain/passes/share-duplicates.ts";
import { randomDag } from "../e2e/random-dag.ts";
import { complicated } from "./complicate.ts";
import { complaints } from "./laws.ts";

const SEEDS = Number(process.env.EDGEFLASH_SEEDS ?? 48);

const seeds = Array.from({ length: SEEDS }, (_, seed) => seed);
const roundingOf = (seed: number) => must(roundings[seed % 2], "rounding");

describe("random graphs made worse", () => {
  it("keep the laws in every pass, which is then settled", () => {
    for (const seed of seeds) {
      const rounding = roundingOf(seed);
      let graph = complicated(randomDag(seed), seed);
      for (const pass of [...passes, ...passes]) {
        const before = printGraph(graph);
        const after = pass.run(graph, { rounding });
        const mayLiveLonger = pass === shareDuplicates;
        const found = complaints({ before: graph, after, rounding, mayLiveLonger });
        expect({ seed, pass: pass.name, found }).toEqual({ seed, pass: pass.name, found: [] });
        expect(printGraph(graph)).toBe(before);
        expect(pass.run(after, { rounding })).toBe(after);
        graph = after;
      }
    }
  });

  it("are rewritten to what does the same, and no further", () => {
    for (const seed of seeds) {
      const rounding = roundingOf(seed);
      const before = complicated(randomDag(seed), seed);
      const after = rewrite(before, { rounding });
      expect(complaints({ before, after, rounding, mayLiveLonger: true })).toEqual([]);
      expect(rewrite(after, { rounding })).toBe(after);
    }
  });

  it("are not longer than the graphs they were made of", () => {
    const rounding = "tflite";
    const lengthOf = (graph: Graph) => rewrite(graph, { rounding }).nodes.length;
    const longer = seeds.filter((seed) => {
      const plain = randomDag(seed);
      return lengthOf(complicated(plain, seed)) > lengthOf(plain);
    });
    expect(longer).toEqual([]);
  });
});

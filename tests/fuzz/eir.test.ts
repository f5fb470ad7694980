/** 3,000 damaged graph texts: each ends in a verified graph or in a Diagnostic. */
import { expect, it } from "vitest";
import { Diagnostic } from "../../toolchain/diagnostics/diagnostic.ts";
import { importModel } from "../../toolchain/import/index.ts";
import { printGraph } from "../../toolchain/ir/print.ts";
import { textModels } from "./models.ts";
import { mutate } from "./mutate.ts";

const MUTATIONS = 3000;

it("damaged .eir texts end in a graph or a Diagnostic", { timeout: 30_000 }, () => {
  const texts = textModels().map((graph) => new TextEncoder().encode(printGraph(graph)));
  const endings: Record<string, number> = {};
  for (let number = 0; number < MUTATIONS; number += 1) {
    let end = "graph";
    try {
      importModel(mutate(texts[number % texts.length] ?? new Uint8Array(0), number), "damaged");
    } catch (error) {
      if (!(error instanceof Diagnostic)) throw new Error(`mutation ${number}`, { cause: error });
      end = error.code;
    }
    endings[end] = (endings[end] ?? 0) + 1;
  }
  expect(Object.keys(endings).sort()).toEqual(
    expect.arrayContaining(["EF1001", "EF2001", "EF2002", "EF2004", "graph"]),
  );
});

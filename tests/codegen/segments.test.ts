/**
 * The generated function of a segment: one for each, called by its first step alone, with switches
 * of bounded nesting; and what an input by rows adds to the entry.
 */
import { expect, it } from "vitest";
import { generateModule } from "../../toolchain/codegen/module.ts";
import { GraphBuilder } from "../../toolchain/import/builder/builder.ts";
import { int8 } from "../../toolchain/import/builder/tensor-types.ts";
import { buildArtifact, readArtifact } from "../../toolchain/pack/artifact.ts";
import { streamedPlan } from "../plan/streamed-plan.ts";

const LAYERS = 12;

/** Windows that slide over windows: each stage has rows to make and rows to fill. */
function chain() {
  const g = new GraphBuilder("chain");
  let y = g.input("x", int8([1, 20, 4, 2], { scale: 0.1, zeroPoint: 5 }));
  for (let layer = 0; layer < LAYERS; layer++) {
    const values = Array.from({ length: 18 }, (_, index) => ((index * 31 + layer) % 255) - 127);
    const weights = g.constant(`w${layer}`, int8([1, 3, 3, 2], { scale: [0.02], axis: 3 }), values);
    const output = { scale: 0.1 + layer / 100, zeroPoint: layer };
    y = g.depthwiseConv2d(y, weights, null, { stride: 1, padding: "same", output });
  }
  return g.build(y);
}

const last = LAYERS - 1;
const entryOf = (inputByRows: boolean) =>
  generateModule(streamedPlan(chain(), { ranges: [[0, last]], inputByRows })).entry;

it("gives a segment one function, and no case to its other steps", () => {
  const [before = "", after = ""] = entryOf(false).split("export function step");
  expect(before.match(/function segment\d+/g)).toEqual(["function segment0"]);
  expect(after).toContain("segment0();");
  expect(after.match(/case \d+:/g)).toEqual(["case 0:"]);
  expect(after).not.toContain("__input_rows");
});

it("has at most 16 cases to a switch", () => {
  const switches = entryOf(false).split("switch (event)").slice(1);
  const counts = switches.map((text) => text.split("  switch")[0]?.split("case ").length ?? 0);
  expect(switches.length).toBeGreaterThan(1);
  for (const count of counts) expect(count - 1).toBeLessThanOrEqual(16);
});

it("waits for each row of an input by rows, and can forget them", async () => {
  const entry = entryOf(true);
  expect(entry).toContain("export const __input_rows: i32 = 20;");
  expect(entry).toContain("if (index < 0) at0 = 0;");
  expect(entry).toContain("if (at0 != 0) return 1;");
  const plan = streamedPlan(chain(), { ranges: [[0, last]], inputByRows: true });
  const { manifest } = readArtifact((await buildArtifact(plan)).wasm);
  const [input = -1] = manifest.inputs;
  expect(manifest.tensors[input]).toMatchObject({ name: "x", bytes: 8, rows: 20 });
  expect(manifest.steps.slice(0, last).every(({ outputs }) => outputs.length === 0)).toBe(true);
});

/** The harness must see what a kernel does wrong: each kernel here breaks one rule. */
import { describe, expect, it } from "vitest";
import type { KernelForm } from "../../toolchain/ops/op.ts";
import { type FormRun, runForms } from "./run-form.ts";

const COUNT = 5;
const values = Uint8Array.of(1, 2, 3, 4, 250);

/** Copies bytes; `body` is where a kernel does more, or less, than that. */
const kernel = (body: string): string => `
import { weights } from "./abi";
export const COUNT: i32 = 1;
export function copy(input: usize, output: usize, tile: usize, part: usize): void {
  for (let i: i32 = 0; i < COUNT; i++) store<u8>(output + i, load<u8>(input + i));
  ${body}
}`;

const abi = `
@external("edgeflash", "weights")
export declare function weights(dst: usize, offset: usize, length: usize): void;`;

const form: KernelForm = {
  name: "copy",
  source: "copy",
  entry: "copy",
  constants: { COUNT },
  scratch: [{ name: "tile", bytes: 8, alignment: 4 }],
  weights: Uint8Array.of(9, 8, 7, 6, 5, 4, 3, 2),
  cost: { instructions: 0, weightBytesRead: 8, codeWords: 0 },
};

async function run(body: string): Promise<FormRun | undefined> {
  const type = { dtype: "uint8", shape: [COUNT] } as const;
  const graph = {
    name: "copy",
    tensors: [
      { name: "in", type },
      { name: "out", type },
    ],
    nodes: [{ name: "copy", op: "copy", attributes: {}, inputs: [0], outputs: [1] }],
    inputs: [0],
    outputs: [1],
  };
  const situation = { graph, inputs: [values] };
  const texts: Readonly<Record<string, string>> = { copy: kernel(body), abi };
  const kernelText = (name: string) => texts[name] ?? null;
  const runs = await runForms([{ form, situation }], { specialised: true, kernelText });
  return runs[0];
}

describe("kernel harness", () => {
  it("gives a sound kernel's outputs, weight bytes and no fault", async () => {
    const found = await run("weights(tile, part, 8);");
    expect(found).toEqual({ outputs: [values], weightBytesRead: 8, faults: [] });
  });

  it.each([
    ["one byte past the output", "store<u8>(output + COUNT, 7);", /overwritten, 5 past .* out/],
    ["an input", "store<u8>(input, 7);", /byte 0 was overwritten/],
    ["far away", "store<u8>(200000, 7);", /byte 200000 was overwritten/],
  ])("sees a write to %s", async (_, body, fault) => {
    const found = await run(`weights(tile, part, 8); ${body}`);
    expect(found?.faults.join("\n")).toMatch(fault);
  });

  it.each([
    ["another node's weights", "weights(tile, part - 1, 8);", "pulls another node's bytes"],
    ["past its own weights", "weights(tile, part + 1, 8);", "pulls another node's bytes"],
    ["outside scratch", "weights(tile + 4, part, 8);", "outside scratch"],
  ])("sees a pull of or to %s", async (_, body, fault) => {
    expect((await run(body))?.faults.join("\n")).toContain(fault);
  });

  it("sees scratch that is declared and not used", async () => {
    const found = await run("weights(tile, part, 4);");
    expect(found?.faults).toEqual(["tile: only 4 of 8 bytes are used"]);
    expect(found?.weightBytesRead).toBe(4);
  });

  it("sees outputs that depend on leftovers in memory", async () => {
    const found = await run("store<u8>(output, load<u8>(tile)); weights(tile, part, 8);");
    expect(found?.faults).toEqual(["outputs depend on what memory held before"]);
  });
});

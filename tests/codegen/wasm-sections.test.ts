/** The .wasm container: what is appended is found again, aligned, and damage is a Diagnostic. */
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { layOutWeights } from "../../toolchain/codegen/weights-section.ts";
import { verifyAbi } from "../../toolchain/compile/verify-abi.ts";
import { appendCustom, sections } from "../../toolchain/compile/wasm-sections.ts";
import { must } from "../../toolchain/diagnostics/assert.ts";
import { Diagnostic } from "../../toolchain/diagnostics/diagnostic.ts";
import { GraphBuilder } from "../../toolchain/import/builder/builder.ts";
import { int8 } from "../../toolchain/import/builder/tensor-types.ts";
import { buildArtifact } from "../../toolchain/pack/artifact.ts";
import { makePlan } from "../../toolchain/plan/plan.ts";

const EMPTY = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);

describe("custom sections", () => {
  it("round-trip at any alignment and stay valid WebAssembly", () => {
    const contents = fc.uint8Array({ maxLength: 300 });
    const alignment = fc.constantFrom(1, 2, 4, 8, 16);
    fc.assert(
      fc.property(fc.array(contents, { maxLength: 4 }), alignment, (parts, align) => {
        const file = parts.reduce<Uint8Array>(
          (bytes, part, index) => appendCustom(bytes, `part${index}`, part, align),
          EMPTY,
        );
        expect(WebAssembly.validate(new Uint8Array(file))).toBe(true);
        const found = sections(file).filter(({ name }) => name.startsWith("part"));
        expect(found.map(({ contents: bytes }) => [...bytes])).toEqual(parts.map((p) => [...p]));
        expect(found.every(({ offset }) => offset % align === 0)).toBe(true);
      }),
      { seed: 3, numRuns: 200 },
    );
  });

  it("any truncation is a Diagnostic or fewer sections, never another error", () => {
    const file = appendCustom(EMPTY, "name", new Uint8Array(40), 8);
    for (let length = 0; length < file.length; length++) {
      try {
        expect(sections(file.subarray(0, length)).length).toBeLessThan(2);
      } catch (error) {
        expect(error).toBeInstanceOf(Diagnostic);
        expect((error as Diagnostic).code).toBe("EF5003");
      }
    }
  });
});

describe("verifyAbi", () => {
  it("refuses a module without the ABI's exports, and bytes that are no module", () => {
    expect(() => verifyAbi(EMPTY)).toThrow(/does not export memory/);
    expect(() => verifyAbi(EMPTY.subarray(0, 7))).toThrow(/not valid WebAssembly/);
  });
});

describe("verifyAbi, of a module that compiled", () => {
  const x = (g: GraphBuilder) => g.input("x", int8([1, 4], { scale: 0.1 }));

  it("refuses a memory whose maximum is not its minimum", async () => {
    const g = new GraphBuilder("small");
    const { wasm } = await buildArtifact(
      makePlan(g.build(g.relu6(x(g), { output: { scale: 0.1 } }))),
    );
    expect(() => verifyAbi(wasm)).not.toThrow();
    const memory = must(
      sections(wasm).find(({ id }) => id === 5),
      "a memory section",
    );
    const growing = wasm.slice();
    growing[memory.offset + memory.contents.length - 1] = 2;
    expect(WebAssembly.validate(new Uint8Array(growing))).toBe(true);
    expect(() => verifyAbi(growing)).toThrow(/its memory can grow/);
  });
});

describe("weights section", () => {
  it("aligns parts to 8 bytes and stores equal parts once", () => {
    const a = Uint8Array.of(1, 2, 3);
    const b = Uint8Array.of(9);
    const { section, offsets } = layOutWeights([a, b, new Uint8Array(a)]);
    expect(offsets).toEqual([0, 8, 0]);
    expect([...section]).toEqual([1, 2, 3, 0, 0, 0, 0, 0, 9]);
    expect(must(offsets[1], "offset") % 8).toBe(0);
  });
});

/**
 * A damaged .wasm never gives wrong answers: each of many flipped bits and truncations of a real
 * artifact ends in EF5003, or in an artifact that answers as before (alignment padding).
 */
import { describe, expect, it } from "vitest";
import { v8Runner } from "../../toolchain/cli/runners.ts";
import { must } from "../../toolchain/diagnostics/assert.ts";
import { Diagnostic } from "../../toolchain/diagnostics/diagnostic.ts";
import { buildArtifact, readArtifact } from "../../toolchain/pack/artifact.ts";
import { makePlan } from "../../toolchain/plan/plan.ts";
import { between, type Random, xorshift32 } from "../ops/random.ts";
import { randomDag } from "./random-dag.ts";

const DAMAGES = 400;

function damage(wasm: Uint8Array, random: Random): Uint8Array {
  const at = between(random, 0, wasm.length - 1);
  if (between(random, 0, 4) === 0) return wasm.slice(0, at);
  const damaged = wasm.slice();
  damaged[at] = must(wasm[at], "a byte") ^ (1 << between(random, 0, 7));
  return damaged;
}

describe("a damaged artifact", () => {
  it("is EF5003 or answers as before", async () => {
    const { wasm } = await buildArtifact(makePlan(randomDag(1)));
    const sound = v8Runner(readArtifact(wasm));
    const input = new Uint8Array(
      sound.inputs.reduce((sum, { type }) => sum + type.shape.reduce((a, b) => a * b, 1), 0),
    ).fill(0x31);
    const wanted = await sound.run(input);
    const random = xorshift32(77);
    let refused = 0;
    for (let number = 0; number < DAMAGES; number++) {
      const damaged = damage(wasm, random);
      try {
        expect(await v8Runner(readArtifact(damaged)).run(input)).toEqual(wanted);
      } catch (error) {
        if (!(error instanceof Diagnostic)) throw error;
        expect(error.code).toBe("EF5003");
        refused += 1;
      }
    }
    expect(refused).toBeGreaterThan(DAMAGES * 0.9);
  });
});

/**
 * No step depends on a byte that is not alive: before each of them all memory outside the tensors
 * that it may need is filled with a pattern, 0x55 and then 0xAA, and the outputs stay the same. A
 * segment runs as one step.
 */
import { describe, expect, it } from "vitest";
import { runSteps } from "../../toolchain/cli/runners.ts";
import { must } from "../../toolchain/diagnostics/assert.ts";
import { importModel } from "../../toolchain/import/index.ts";
import { statesOf } from "../../toolchain/ir/graph.ts";
import { type BuiltArtifact, buildArtifact } from "../../toolchain/pack/artifact.ts";
import { rewrite } from "../../toolchain/passes/pipeline.ts";
import { makePlan } from "../../toolchain/plan/plan.ts";
import type { Plan } from "../../toolchain/plan/types.ts";
import { instantiate } from "../../toolchain/simulate/host/host-runtime.ts";
import { streamedPlan } from "../plan/streamed-plan.ts";
import { coverage, testModels } from "./built-models.ts";
import { randomDag } from "./random-dag.ts";

const patterns = [0x55, 0xaa];

/** Bytes that hold something which a step, or one after it, still needs. */
function aliveBefore({ graph, buffers }: Plan, step: number): Uint8Array {
  const states = statesOf(graph).map(({ before }) => before);
  const given = new Set([...graph.inputs, ...states]);
  const end = Math.max(0, ...buffers.map(({ offset, bytes }) => offset + bytes));
  const isAlive = new Uint8Array(end);
  for (const { tensors, window, firstStep, lastStep, offset, bytes } of buffers) {
    const isThere = firstStep < step || tensors.some((tensor) => given.has(tensor));
    if (isThere && lastStep >= step && !window) isAlive.fill(1, offset, offset + bytes);
  }
  return isAlive;
}

/** Outputs of two cases, one after the other on the same memory. */
function outputsOf(plan: Plan, artifact: BuiltArtifact, pattern: number | null): Uint8Array[] {
  const { manifest, wasm, weights } = artifact;
  const { memory, step: run } = instantiate(wasm, weights);
  const inStreams = new Set(
    plan.segments.flatMap(({ firstStep, lastStep }) =>
      Array.from({ length: lastStep - firstStep }, (_, index) => firstStep + 1 + index),
    ),
  );
  const step = (index: number) => {
    const isAlive = aliveBefore(plan, index);
    if (pattern !== null && !inStreams.has(index)) {
      for (let at = 0; at < plan.peakBytes; at++) if (isAlive[at] !== 1) memory[at] = pattern;
    }
    run(index);
  };
  const lengths = manifest.inputs.map((index) => must(manifest.tensors[index], "an input").bytes);
  const bytes = lengths.reduce((sum, length) => sum + length, 0);
  return [11, 200].map((start) => {
    const input = Uint8Array.from({ length: bytes }, (_, at) => (at * 37 + start) & 0xff);
    return runSteps(manifest, { memory, step }, input, () => {});
  });
}

async function expectUnchanged(plan: Plan): Promise<void> {
  const artifact = await buildArtifact(plan);
  const [clean, ...poisoned] = [null, ...patterns].map((pattern) =>
    outputsOf(plan, artifact, pattern),
  );
  for (const outputs of poisoned) expect(outputs).toEqual(clean);
}

describe(`poisoned memory${coverage}`, () => {
  it.each(testModels)("$name", async ({ name, bytes }) => {
    const graph = rewrite(importModel(bytes(), name), { rounding: "tflite" });
    await expectUnchanged(makePlan(graph, { optimize: "ram" }));
  });

  it.each(testModels.filter(({ name }) => /kws/.test(name)))("$name, streamed", async (model) => {
    const graph = rewrite(importModel(model.bytes(), model.name), { rounding: "tflite" });
    await expectUnchanged(
      streamedPlan(graph, {
        ranges: [
          [0, 3],
          [4, 8],
        ],
      }),
    );
  });

  const seeds = Array.from({ length: 8 }, (_, seed) => ({ seed: seed + 100 }));
  it.each(seeds)("random graph $seed", async ({ seed }) => {
    const graph = rewrite(randomDag(seed), { rounding: "tflite" });
    await expectUnchanged(makePlan(graph, { optimize: "ram" }));
  });

  it("finds a step that reads what has died", async () => {
    const graph = rewrite(randomDag(101), { rounding: "tflite" });
    const plan = makePlan(graph, { optimize: "speed" });
    const artifact = await buildArtifact(plan);
    // Every tensor dies a step early.
    const buffers = plan.buffers.map((own) => ({ ...own, lastStep: own.lastStep - 1 }));
    const clean = outputsOf(plan, artifact, null);
    expect(outputsOf({ ...plan, buffers }, artifact, 0x55)).not.toEqual(clean);
  });
});

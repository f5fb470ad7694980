/**
 * Rewritten graphs as modules: views, folded pads and fused clamps in the real kernels give the
 * bytes of the graph as it was read.
 */
import { describe, expect, it } from "vitest";
import { v8Runner } from "../../toolchain/cli/runners.ts";
import { must } from "../../toolchain/diagnostics/assert.ts";
import { parseGraph } from "../../toolchain/ir/parse.ts";
import { roundings } from "../../toolchain/numeric/requantize.ts";
import { buildArtifact } from "../../toolchain/pack/artifact.ts";
import { passes, rewrite } from "../../toolchain/passes/pipeline.ts";
import { makePlan } from "../../toolchain/plan/plan.ts";
import { optimizations } from "../../toolchain/plan/types.ts";
import { interpret } from "../../toolchain/simulate/reference/interpreter.ts";
import { randomDag } from "../e2e/random-dag.ts";
import { complicated } from "./complicate.ts";
import { readFixture } from "./fixture-files.ts";
import { inputBytes } from "./laws.ts";

const drawn = Array.from({ length: 9 }, (_, seed) => {
  return [`random graph ${seed}`, complicated(randomDag(seed + 500), seed)] as const;
});
const written = passes.map(({ name }) => {
  return [name, parseGraph(readFixture(`${name}.before.eir`))] as const;
});

describe("compiled after all passes", () => {
  it.each([...drawn, ...written].map(([name, graph], index) => ({ name, graph, index })))(
    "$name",
    async ({ graph, index }) => {
      const rounding = must(roundings[index % 2], "rounding");
      const optimize = must(optimizations[index % 3], "goal");
      const plan = makePlan(rewrite(graph, { rounding }), { rounding, optimize });
      const runner = v8Runner(await buildArtifact(plan));
      for (const seed of [1, 2]) {
        const inputs = inputBytes(graph, seed);
        const wanted = Buffer.concat(interpret(graph, inputs, { rounding }).outputs);
        const found = await runner.run(Buffer.concat(inputs));
        expect(Buffer.from(found).toString("hex")).toBe(wanted.toString("hex"));
      }
    },
  );
});

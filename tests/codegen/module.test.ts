/** The generated entry: many steps in switches of bounded nesting, each calling its own kernel. */
import { expect, it } from "vitest";
import { v8Runner } from "../../toolchain/cli/runners.ts";
import { generateModule } from "../../toolchain/codegen/module.ts";
import { GraphBuilder } from "../../toolchain/import/builder/builder.ts";
import { int8 } from "../../toolchain/import/builder/tensor-types.ts";
import { buildArtifact } from "../../toolchain/pack/artifact.ts";
import { makePlan } from "../../toolchain/plan/plan.ts";
import { interpret } from "../../toolchain/simulate/reference/interpreter.ts";

const STEPS = 50;

function chain() {
  const g = new GraphBuilder("chain");
  let y = g.input("x", int8([1, 6], { scale: 0.1 }));
  for (let step = 0; step < STEPS; step++) {
    y = g.relu(y, { output: { scale: 0.1 + (step % 7) / 100, zeroPoint: (step % 5) - 60 } });
  }
  return g.build(y);
}

it("gives every step its call, at most 16 to a switch, and runs them all", async () => {
  const graph = chain();
  const plan = makePlan(graph);
  const switches = generateModule(plan).entry.split("switch (index)").slice(1);
  const cases = switches.map((text) => text.split("case ").length - 1);
  expect(cases).toEqual([16, 16, 16, 2]);
  const input = Uint8Array.of(0x80, 0xc0, 0, 1, 60, 0x7f);
  const [wanted] = interpret(graph, [input], { rounding: "tflite" }).outputs;
  expect(await v8Runner(await buildArtifact(plan)).run(input)).toEqual(wanted);
});

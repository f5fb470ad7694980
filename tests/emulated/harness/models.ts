/** Artifacts of the test models, by name: ours and, where ../shared/data is, the handed ones. */
import { must } from "../../../toolchain/diagnostics/assert.ts";
import type { BuiltArtifact } from "../../../toolchain/pack/artifact.ts";
import type { PlanOptions } from "../../../toolchain/plan/plan.ts";
import { build, testModels } from "../../e2e/built-models.ts";

export async function artifactOf(name: string, options: PlanOptions = {}): Promise<BuiltArtifact> {
  const model = testModels.find((candidate) => candidate.name === name);
  return (await build(must(model, `model ${name}`), options)).artifact;
}

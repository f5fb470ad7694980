/**
 * Predicted instructions on the Cortex-M cores that QEMU has, beside counted ones. The Cortex-M4F,
 * whose figures are the base of all others, is in instructions.test.ts.
 */
import { it } from "vitest";
import { instructionsOfEach } from "../harness/instructions.ts";
import { expectPredicted } from "../harness/predictions.ts";
import { armTools, suiteWith } from "../harness/tools.ts";

const models = ["sine", "digits", "hello_world_float", "micro_speech_quantized", "kws_ref_model"];
const boards = ["mps2-an385", "mps2-an500", "mps2-an547"] as const;

suiteWith(armTools, "predicted instructions on Cortex-M", () => {
  it.each(boards)("are within 10 % of those counted on %s", (id) =>
    expectPredicted(id, models, (artifacts) => instructionsOfEach(artifacts, id)),
  );

  it("are within 10 % of those counted on microbit", () => {
    const small = ["sine", "hello_world_float"];
    const count = instructionsOfEach;
    return expectPredicted("microbit", small, (artifacts) => count(artifacts, "microbit"), {
      latencyBudget: 2,
    });
  });
});

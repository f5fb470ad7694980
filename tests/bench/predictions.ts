/**
 * How far predictions are from counts: the plans of tests/plan/targets.ts, streamed ones among
 * them, built and run on the emulated Cortex-M4F. A user who chooses by predicted time must be able
 * to trust it.
 */
import { buildArtifact } from "../../toolchain/pack/artifact.ts";
import { instructionsOfEach } from "../emulated/harness/instructions.ts";
import { type PlannedModel, type PlanTarget, type Reached, reach } from "../plan/targets.ts";
import type { Figure } from "./figure.ts";

/** Share of the prediction that a count may be off. */
const DEVIATION_MAX = 0.05;
/** Models of more multiply-accumulates would take minutes. */
const MACS_MAX = 50_000_000;

/** Whoever runs the model feeds whole inputs. */
const isWhole = ([{ options }]: readonly [PlanTarget, Reached]): boolean => !options.inputByRows;

export async function predictionFigures(models: readonly PlannedModel[]): Promise<Figure[]> {
  const reached = models.flatMap((model) =>
    reach(model)
      .filter(isWhole)
      .filter(([, { plan }]) => plan.macs <= MACS_MAX)
      .map(([target, { plan }]) => ({ subject: model.name, asked: target.asked, plan })),
  );
  const artifacts = [];
  for (const { plan } of reached) artifacts.push(await buildArtifact(plan));
  const counts = await instructionsOfEach(artifacts);
  return reached.map(({ subject, asked, plan }, index): Figure => {
    const share = (counts[index] ?? Number.NaN) / plan.predictedInstructions - 1;
    const name = `instructions off the prediction, ${asked}`;
    const value = Math.round(Math.abs(share) * 10_000) / 10_000;
    return { subject, name, value, unit: "of it", atMost: DEVIATION_MAX };
  });
}

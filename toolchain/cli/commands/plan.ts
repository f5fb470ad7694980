/**
 * `edgeflash plan MODEL`: the exact memory a model takes, before any board is bought.
 *
 * The artifact is built too and loaded in the simulator, so that flash and RAM on the board are
 * real figures and no estimates.
 */
import { allBoards } from "../../boards/boards.ts";
import { type Footprint, fitOn, fits as isFit } from "../../boards/fit.ts";
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { paretoPoints } from "../../plan/plan.ts";
import { htmlReport } from "../../report/html.ts";
import { withAdvice } from "../advice.ts";
import { writeOutput } from "../files.ts";
import { adviceFor, type Built, buildModel, footprintOf, misfit } from "../pipeline.ts";
import { type PlanReport, renderPlan } from "../render-plan.ts";
import type { Command, Session } from "../session.ts";

interface Measured extends PlanReport {
  readonly failure: Diagnostic | undefined;
}

async function reportOf(session: Session, built: Built, footprint: Footprint): Promise<Measured> {
  const { plan, board, artifact, command: asked } = built;
  const failure = misfit(built, footprint);
  const pareto = paretoPoints(plan.graph, built.settings);
  const advice = failure === undefined ? [] : await adviceFor(session, built, pareto, footprint);
  return {
    plan,
    board,
    advice,
    command: asked,
    failure: failure && withAdvice(failure, advice),
    fit: fitOn(board, footprint),
    linearMemoryBytes: artifact.manifest.plan.linearMemoryBytes,
    fits: allBoards().map((other) => ({ board: other, fit: fitOn(other, footprint) })),
    pareto,
  };
}

function documentOf({ plan, board, linearMemoryBytes, fit, fits, pareto, advice }: PlanReport) {
  return {
    model: plan.graph.name,
    board: board.id,
    optimize: plan.optimize,
    rounding: plan.rounding,
    peakBytes: plan.peakBytes,
    tensorBytes: plan.tensorBytes,
    lowerBoundBytes: plan.lowerBoundBytes,
    tensorLowerBoundBytes: plan.tensorLowerBoundBytes,
    proven: plan.proven,
    certificate: plan.certificate,
    ...plan.pools,
    order: plan.order,
    linearMemoryBytes,
    deviceRamBytes: fit.deviceRamBytes,
    flashBytes: fit.flashBytes,
    nativeStackBytes: fit.nativeStackBytes,
    macs: plan.macs,
    predictedInstructions: plan.predictedInstructions,
    weightBytesRead: plan.weightBytesRead,
    fits: isFit(fit),
    boards: fits.map(({ board: { id }, fit: on }) => ({ id, fits: isFit(on) })),
    tensors: plan.buffers.map(({ name, bytes, offset, firstStep, lastStep }) => {
      return { name, bytes, offset, firstStep, lastStep };
    }),
    scratch: plan.scratch,
    segments: plan.segments.map(({ firstStep, lastStep }) => ({ firstStep, lastStep })),
    pareto,
    advice,
  };
}

export const command: Command = async (session, [path = ""], options) => {
  const built = await buildModel(session, path, options);
  const footprint = await footprintOf(session, built);
  const report = await reportOf(session, built, footprint);
  if (options.report !== undefined) {
    await writeOutput(session.host, options.report, htmlReport(report));
  }
  return {
    document: documentOf(report),
    text: (style) => renderPlan(report, style),
    failure: report.failure,
  };
};

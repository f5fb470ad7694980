/**
 * `edgeflash export MODEL --tflm-offline-plan`: the user's own .tflite with our addresses of its
 * tensors, for those who run it with TensorFlow Lite Micro.
 */
import { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { isTflite, openModel } from "../../import/tflite/model.ts";
import { planForTflm, withOfflinePlan } from "../../plan/tflm-offline-plan.ts";
import { readInput, writeOutput } from "../files.ts";
import { located, modelName } from "../pipeline.ts";
import { formatBytes, heading, renderFields } from "../render.ts";
import type { Command } from "../session.ts";

export const command: Command = async (session, [path = ""], options) => {
  const bytes = await readInput(session.host, path);
  const output = options.output ?? `${modelName(path)}-planned.tflite`;
  const { plan, planned } = await located({ file: path }, () => {
    if (!isTflite(bytes)) {
      throw new Diagnostic("EF1001", { message: `${path} is no .tflite file` });
    }
    const offline = planForTflm(openModel(bytes));
    return { plan: offline, planned: withOfflinePlan(bytes, offline) };
  });
  await writeOutput(session.host, output, planned);
  const { peakBytes, lowerBoundBytes } = plan.allocation;
  const document = {
    model: modelName(path),
    output,
    bytes: planned.length,
    tensorBytes: peakBytes,
    lowerBoundBytes,
    proven: peakBytes === lowerBoundBytes,
    offsets: plan.offsets,
  };
  return {
    document,
    text: (style) =>
      [
        heading(style, `wrote ${output}`),
        renderFields([
          ["size", formatBytes(planned.length)],
          ["tensors", `${formatBytes(peakBytes)}${document.proven ? ", proven least" : ""}`],
        ]),
      ].join("\n"),
  };
};

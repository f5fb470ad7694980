/** `edgeflash build MODEL`: writes the one .wasm that every board runs. */
import { createHash } from "node:crypto";
import { writeOutput } from "../files.ts";
import { buildFor, buildModel, leanerText, modelName } from "../pipeline.ts";
import { formatBytes, heading, renderFields } from "../render.ts";
import type { Command } from "../session.ts";

/** The generated entry and every specialised kernel as one readable text. */
function sourceListing(sources: ReadonlyMap<string, string>): string {
  return [...sources].map(([name, text]) => `// ==== ${name} ====\n${text.trimEnd()}\n`).join("\n");
}

export const command: Command = async (session, [path = ""], options) => {
  const { board: wanted } = options;
  const built = await (wanted === undefined ? buildModel : buildFor)(session, path, options);
  const { artifact, plan } = built;
  const output = options.output ?? `${modelName(path)}.wasm`;
  await writeOutput(session.host, output, artifact.wasm);
  if (options.emitAs !== undefined) {
    await writeOutput(session.host, options.emitAs, sourceListing(artifact.sources));
  }
  const document = {
    model: plan.graph.name,
    board: wanted ?? null,
    output,
    bytes: artifact.wasm.length,
    codeBytes: artifact.codeBytes,
    weightsBytes: artifact.weights.length,
    leaner: leanerText(built),
    peakBytes: plan.peakBytes,
    linearMemoryBytes: artifact.manifest.plan.linearMemoryBytes,
    rounding: plan.rounding,
    optimize: plan.optimize,
    sha256: createHash("sha256").update(artifact.wasm).digest("hex"),
  };
  return {
    document,
    text: (style) =>
      [
        heading(style, `built ${output}`),
        renderFields([
          ["size", formatBytes(document.bytes)],
          ["  code", formatBytes(document.codeBytes)],
          ["  weights", formatBytes(document.weightsBytes)],
          ["peak RAM", formatBytes(document.peakBytes)],
          ...(document.leaner === null ? [] : [["planned", document.leaner] as const]),
          ["SHA-256", document.sha256],
        ]),
      ].join("\n"),
  };
};

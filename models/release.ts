/**
 * From a trained float32 graph to what a model folder ships: the int8 .tflite and its goldens.
 * The goldens are the real TensorFlow Lite's answers to the file as written; a release whose
 * reference interpreter differs in one byte is refused.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import oracles from "../tests/oracles/package.json" with { type: "json" };
import { loadTflite } from "../tests/oracles/tflite-runtime.ts";
import { assert, must } from "../toolchain/diagnostics/assert.ts";
import { writeTflite } from "../toolchain/export/tflite/write.ts";
import type { Graph } from "../toolchain/ir/graph.ts";
import { bytesOf } from "../toolchain/ir/types.ts";
import { quantize } from "../toolchain/quantize/quantize.ts";
import { interpret } from "../toolchain/simulate/reference/interpreter.ts";
import { describeGraph, type GoldenManifest, sha256, writeGolden } from "./golden.ts";

export interface Release {
  /** The model's folder; the file is called after the graph. */
  readonly folder: URL;
  readonly graph: Graph;
  readonly calibration: Iterable<readonly Float32Array[]>;
  readonly goldenInputs: readonly Int8Array[];
  readonly measure: string;
  readonly quality: (graph: Graph) => number;
}

async function oracleAnswers(model: Uint8Array, inputs: readonly Int8Array[]) {
  const session = (await loadTflite()).open(model);
  const answers = inputs.map((input) => must(session.run([bytesOf(input)])[0], "an output"));
  session.close();
  return answers;
}

export async function release(options: Release): Promise<GoldenManifest> {
  const { folder, graph, calibration, goldenInputs, measure, quality } = options;
  const int8 = quantize(graph, calibration);
  const model = writeTflite(int8);
  const outputs = await oracleAnswers(model, goldenInputs);
  outputs.forEach((output, index) => {
    const input = bytesOf(must(goldenInputs[index], "a golden input"));
    const [ours] = interpret(int8, [input], { rounding: "tflite" }).outputs;
    assert(
      Buffer.from(output).equals(must(ours, "an output")),
      `golden case ${index} differs from TensorFlow Lite`,
    );
  });
  const { dependencies } = oracles;
  const manifest: GoldenManifest = {
    model: `${graph.name}.tflite`,
    modelSha256: sha256(model),
    oracle: `@tensorflow/tfjs-tflite ${dependencies["@tensorflow/tfjs-tflite"]}`,
    cases: goldenInputs.length,
    ...describeGraph(int8),
    quality: { measure, float32: quality(graph), int8: quality(int8) },
  };
  mkdirSync(new URL("golden/", folder), { recursive: true });
  writeFileSync(new URL(manifest.model, folder), model);
  writeGolden(folder, { manifest, inputs: goldenInputs.map((input) => bytesOf(input)), outputs });
  return manifest;
}

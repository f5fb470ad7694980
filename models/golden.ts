/**
 * A model's goldens: inputs, and what the real TensorFlow Lite answers to them, as raw bytes of all
 * cases one after the other, with a manifest that says what they are.
 */
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { must } from "../toolchain/diagnostics/assert.ts";
import { type Graph, tensorAt } from "../toolchain/ir/graph.ts";
import { byteLength, type TensorType } from "../toolchain/ir/types.ts";

/** How good the model is, in a number that float32 and int8 share. */
export interface Quality {
  readonly measure: string;
  readonly float32: number;
  readonly int8: number;
}

export interface GoldenTensor extends TensorType {
  readonly name: string;
}

export interface GoldenManifest {
  readonly model: string;
  readonly modelSha256: string;
  /** Who gave the answers in out.bin. */
  readonly oracle: string;
  readonly cases: number;
  readonly input: GoldenTensor;
  readonly output: GoldenTensor;
  readonly quality: Quality;
}

export interface Golden {
  readonly manifest: GoldenManifest;
  readonly inputs: readonly Uint8Array[];
  readonly outputs: readonly Uint8Array[];
}

export const sha256 = (bytes: Uint8Array): string =>
  createHash("sha256").update(bytes).digest("hex");

function onlyTensor(graph: Graph, indices: readonly number[]): GoldenTensor {
  const { name, type } = tensorAt(graph, must(indices[0], "an input and an output"));
  return { name, ...type };
}

/** What a manifest says about the graph itself. */
export function describeGraph(graph: Graph) {
  return { input: onlyTensor(graph, graph.inputs), output: onlyTensor(graph, graph.outputs) };
}

const folderOf = (modelFolder: URL): URL => new URL("golden/", modelFolder);

export function writeGolden(modelFolder: URL, { manifest, inputs, outputs }: Golden): void {
  const write = (name: string, data: string | Uint8Array) =>
    writeFileSync(new URL(name, folderOf(modelFolder)), data);
  write("in.bin", Buffer.concat(inputs));
  write("out.bin", Buffer.concat(outputs));
  write("manifest.json", `${JSON.stringify(manifest, null, 2)}\n`);
}

export function readGolden(modelFolder: URL): Golden {
  const read = (name: string) => readFileSync(new URL(name, folderOf(modelFolder)));
  const manifest = JSON.parse(read("manifest.json").toString()) as GoldenManifest;
  const split = (bytes: Uint8Array, size: number) =>
    Array.from({ length: manifest.cases }, (_, index) =>
      bytes.slice(index * size, (index + 1) * size),
    );
  return {
    manifest,
    inputs: split(new Uint8Array(read("in.bin")), byteLength(manifest.input)),
    outputs: split(new Uint8Array(read("out.bin")), byteLength(manifest.output)),
  };
}

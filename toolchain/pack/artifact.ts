/**
 * The artifact: one .wasm file that holds code, manifest and weights, and reading it back.
 *
 * Layout: the compiled module, then the custom sections `edgeflash.manifest` (canonical JSON) and
 * `edgeflash.weights` (contents aligned to 8 bytes in the file, so that flash reads are aligned).
 * The same plan gives the same bytes on any machine.
 */
import { type GeneratedModule, generateModule } from "../codegen/module.ts";
import { type CompiledModule, compileModule } from "../compile/compile.ts";
import { verifyAbi } from "../compile/verify-abi.ts";
import { appendCustom, sections, type WasmSection } from "../compile/wasm-sections.ts";
import { must } from "../diagnostics/assert.ts";
import { Diagnostic } from "../diagnostics/diagnostic.ts";
import { type Graph, tensorAt } from "../ir/graph.ts";
import { visiblePlaces } from "../plan/places.ts";
import type { Plan } from "../plan/types.ts";
import {
  ABI_VERSION,
  canonicalJson,
  MANIFEST_SECTION,
  type Manifest,
  type ManifestTensor,
  PORTS_MAX,
  parseManifest,
  sealManifest,
  sha256,
  WEIGHTS_SECTION,
} from "./manifest.ts";

export interface ArtifactOptions {
  /** Names of the classes that the first output scores. */
  readonly labels?: readonly string[];
  /** Version counter of the model, for updates. */
  readonly version?: number;
}

export interface Artifact {
  readonly wasm: Uint8Array;
  readonly manifest: Manifest;
  readonly weights: Uint8Array;
}

export interface BuiltArtifact extends Artifact {
  /** Bytes of the module without manifest and weights. */
  readonly codeBytes: number;
  /** The AssemblyScript that was compiled: the entry, and each specialised kernel. */
  readonly sources: ReadonlyMap<string, string>;
}

const WEIGHTS_ALIGNMENT = 8;

export async function buildArtifact(
  plan: Plan,
  options: ArtifactOptions = {},
): Promise<BuiltArtifact> {
  checkPorts(plan.graph);
  const generated = generateModule(plan);
  const compiled = await compileModule(generated);
  const manifest = describe(plan, generated, compiled, options);
  const json = new TextEncoder().encode(canonicalJson(manifest));
  const described = appendCustom(compiled.wasm, MANIFEST_SECTION, json);
  const wasm = appendCustom(described, WEIGHTS_SECTION, generated.weights, WEIGHTS_ALIGNMENT);
  const sources = new Map([["entry", compiled.entry], ...compiled.sources]);
  const codeBytes = compiled.wasm.length;
  return { wasm, manifest, weights: generated.weights, codeBytes, sources };
}

function checkPorts({ name, inputs, outputs }: Graph): void {
  if (inputs.length + outputs.length <= PORTS_MAX) return;
  const found = `${inputs.length} inputs and ${outputs.length} outputs`;
  throw new Diagnostic("EF1004", {
    message: `the model has ${found}, a board takes ${PORTS_MAX} of them together`,
    where: { model: name },
    next: ["convert the model with fewer outputs, or split it in two"],
  });
}

function describe(
  plan: Plan,
  generated: GeneratedModule,
  compiled: CompiledModule,
  options: ArtifactOptions,
): Manifest {
  const { graph } = plan;
  const placed = [...visiblePlaces(plan)];
  const position = new Map(placed.map(([index], at) => [index, at]));
  const positionOf = (index: number) => must(position.get(index), `place of tensor ${index}`);
  const tensors = placed.map(([index, place]): ManifestTensor => {
    const { name, type } = tensorAt(graph, index);
    return { name, ...type, ...place };
  });
  return sealManifest({
    abi: ABI_VERSION,
    name: graph.name,
    version: options.version ?? 1,
    rounding: plan.rounding,
    optimize: plan.optimize,
    tensors,
    inputs: graph.inputs.map(positionOf),
    outputs: graph.outputs.map(positionOf),
    ...(options.labels === undefined ? {} : { labels: options.labels }),
    steps: graph.nodes.map(({ name: node, op, outputs }) => {
      // Of a tensor in a window there is never a whole value to look at.
      return { node, op, outputs: outputs.filter((index) => position.has(index)).map(positionOf) };
    }),
    plan: {
      peakBytes: plan.peakBytes,
      lowerBoundBytes: plan.lowerBoundBytes,
      linearMemoryBytes: generated.memoryBytes,
      macs: plan.macs,
      predictedInstructions: plan.predictedInstructions,
    },
    hashes: { weightsSha256: sha256(generated.weights), codeSha256: sha256(compiled.wasm) },
  });
}

/** Reads and checks an artifact; EF5003 when it is not one or contradicts itself. */
export function readArtifact(wasm: Uint8Array): Artifact {
  const all = sections(wasm);
  const described = onlySection(all, MANIFEST_SECTION);
  const manifest = parseManifest(new TextDecoder().decode(described.contents));
  const weights = onlySection(all, WEIGHTS_SECTION).contents;
  const { codeSha256, weightsSha256 } = manifest.hashes;
  expectHash("code", wasm.subarray(0, described.start), codeSha256);
  expectHash("weights section", weights, weightsSha256);
  verifyAbi(wasm);
  return { wasm, manifest, weights };
}

function onlySection(all: readonly WasmSection[], name: string): WasmSection {
  const found = all.filter((section) => section.id === 0 && section.name === name);
  const [only] = found;
  if (only !== undefined && found.length === 1) return only;
  const message = `the .wasm file has ${found.length} custom sections '${name}', needs one`;
  throw new Diagnostic("EF5003", { message });
}

function expectHash(part: string, bytes: Uint8Array, hash: string): void {
  if (sha256(bytes) === hash) return;
  throw new Diagnostic("EF5003", { message: `the ${part} is not what the manifest describes` });
}

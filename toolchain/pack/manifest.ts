/**
 * The manifest: what a board, a simulator and a user need to know of an artifact, as canonical JSON
 * (sorted keys, no spaces) in the custom section `edgeflash.manifest`.
 */
import { createHash } from "node:crypto";
import * as v from "valibot";
import { Diagnostic } from "../diagnostics/diagnostic.ts";
import { type DType, dtypes, type Quantization } from "../ir/types.ts";
import { type Rounding, roundings } from "../numeric/requantize.ts";
import { type Optimize, optimizations } from "../plan/types.ts";

export const ABI_VERSION = 1;
export const MANIFEST_SECTION = "edgeflash.manifest";
export const WEIGHTS_SECTION = "edgeflash.weights";
/** Inputs and outputs together that a board has room for (firmware-host/core/offer.h). */
export const PORTS_MAX = 16;

export interface ManifestTensor {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly quantization?: Quantization;
  readonly offset: number;
  /** Bytes at `offset`: all of the tensor, or one of its rows. */
  readonly bytes: number;
  /** An input that arrives in so many rows, each put at `offset` when predict() asks for it. */
  readonly rows?: number;
}

export interface ManifestStep {
  readonly node: string;
  readonly op: string;
  /** Indices into Manifest.tensors of what the step writes. */
  readonly outputs: readonly number[];
}

export interface Manifest {
  readonly abi: number;
  readonly name: string;
  readonly version: number;
  readonly rounding: Rounding;
  readonly optimize: Optimize;
  /** Run-time tensors, at their planned offsets. */
  readonly tensors: readonly ManifestTensor[];
  /** Indices into tensors. */
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  readonly labels?: readonly string[];
  /** steps[i] is what the export step(i) runs. */
  readonly steps: readonly ManifestStep[];
  readonly plan: {
    readonly peakBytes: number;
    readonly lowerBoundBytes: number;
    readonly linearMemoryBytes: number;
    readonly macs: number;
    readonly predictedInstructions: number;
  };
  readonly hashes: {
    readonly weightsSha256: string;
    readonly codeSha256: string;
    /** Of this document in canonical form, without this field. */
    readonly manifestSha256: string;
  };
}

export type UnsealedManifest = Omit<Manifest, "hashes"> & {
  readonly hashes: Omit<Manifest["hashes"], "manifestSha256">;
};

export const sha256 = (bytes: Uint8Array | string): string =>
  createHash("sha256").update(bytes).digest("hex");

/** Adds the manifest's own hash: a damaged number would otherwise be a wrong one. */
export function sealManifest(manifest: UnsealedManifest): Manifest {
  const manifestSha256 = sha256(canonicalJson(manifest));
  return { ...manifest, hashes: { ...manifest.hashes, manifestSha256 } };
}

function isSealed(manifest: Manifest): boolean {
  const { manifestSha256, ...hashes } = manifest.hashes;
  return sealManifest({ ...manifest, hashes }).hashes.manifestSha256 === manifestSha256;
}

/** JSON with sorted keys and no spaces: equal values, equal bytes. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const entries = Object.entries(value)
    .filter(([, item]) => item !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const fields = entries.map(([key, item]) => `${JSON.stringify(key)}:${canonicalJson(item)}`);
  return `{${fields.join(",")}}`;
}

const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const indices = v.array(count);

const tensorSchema = v.object({
  name: v.string(),
  dtype: v.picklist(Object.keys(dtypes) as DType[]),
  shape: indices,
  quantization: v.exactOptional(
    v.object({ scale: v.array(v.number()), zeroPoint: v.array(v.number()), axis: count }),
  ),
  offset: count,
  bytes: count,
  rows: v.exactOptional(count),
});

const manifestSchema = v.object({
  abi: count,
  name: v.string(),
  version: count,
  rounding: v.picklist(roundings),
  optimize: v.picklist(optimizations),
  tensors: v.array(tensorSchema),
  inputs: indices,
  outputs: indices,
  labels: v.exactOptional(v.array(v.string())),
  steps: v.array(v.object({ node: v.string(), op: v.string(), outputs: indices })),
  plan: v.object({
    peakBytes: count,
    lowerBoundBytes: count,
    linearMemoryBytes: count,
    macs: count,
    predictedInstructions: v.number(),
  }),
  hashes: v.object({
    weightsSha256: v.string(),
    codeSha256: v.string(),
    manifestSha256: v.string(),
  }),
});

/** Reads a manifest; EF5003 names the field that is wrong. */
export function parseManifest(json: string): Manifest {
  const result = v.safeParse(manifestSchema, parseJson(json));
  if (!result.success) {
    const [issue] = result.issues;
    const path = v.getDotPath(issue) ?? "the document";
    throw damagedManifest(`${path}: ${issue.message}`);
  }
  const manifest = result.output;
  if (manifest.abi !== ABI_VERSION) {
    throw damagedManifest(`ABI ${manifest.abi} is not ${ABI_VERSION}, the one this version reads`);
  }
  if (!isSealed(manifest)) throw damagedManifest("its hash is not that of its contents");
  const used = [manifest.inputs, manifest.outputs, ...manifest.steps.map(({ outputs }) => outputs)];
  const dangling = used.flat().find((index) => index >= manifest.tensors.length);
  if (dangling !== undefined) throw damagedManifest(`tensor ${dangling} does not exist`);
  const end = Math.max(0, ...manifest.tensors.map(({ offset, bytes }) => offset + bytes));
  const { linearMemoryBytes } = manifest.plan;
  if (end > linearMemoryBytes)
    throw damagedManifest(`tensors end at ${end} of ${linearMemoryBytes} B`);
  return manifest;
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (cause) {
    throw damagedManifest("it is not JSON", cause);
  }
}

const damagedManifest = (reason: string, cause?: unknown): Diagnostic =>
  new Diagnostic("EF5003", { message: `the artifact's manifest is damaged: ${reason}`, cause });

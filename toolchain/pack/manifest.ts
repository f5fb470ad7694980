/**
 * The manifest: what a board, a simulator and a user need to know of an artifact, as canonical JSON
 * (sorted keys, no spaces) in the custom section `edgeflash.manifest`.
 */
import type { DType, Quantization } from "../ir/types.ts";
import type { Rounding } from "../numeric/requantize.ts";
import type { Optimize } from "../plan/types.ts";

export const ABI_VERSION = 1;
export const MANIFEST_SECTION = "edgeflash.manifest";
export const WEIGHTS_SECTION = "edgeflash.weights";

export interface ManifestTensor {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly quantization?: Quantization;
  readonly offset: number;
  readonly bytes: number;
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
  readonly hashes: { readonly weightsSha256: string; readonly codeSha256: string };
}

/**
 * A plan: for one graph, which kernel form runs each node and where every byte lives.
 *
 * Everything a module touches is in it: tensors, and the scratch (windows, weight tiles,
 * accumulators) of each step. Offsets start at linear-memory address 0. Steps are indices into
 * `graph.nodes`; intervals include both ends. Weights stay in flash and are not counted.
 */
import type { Graph, TensorIndex } from "../ir/graph.ts";
import type { Rounding } from "../numeric/requantize.ts";
import type { KernelForm } from "../ops/op.ts";

export const optimizations = ["ram", "balanced", "speed"] as const;
export type Optimize = (typeof optimizations)[number];

/** A run of bytes that tensors share: one tensor and those that alias it (reshape). */
export interface TensorBuffer {
  /** Name of the tensor that first owns the bytes. */
  readonly name: string;
  readonly tensors: readonly TensorIndex[];
  readonly bytes: number;
  readonly offset: number;
  readonly firstStep: number;
  readonly lastStep: number;
}

/** Kernel scratch, alive during one step. */
export interface ScratchSlot {
  readonly name: string;
  readonly bytes: number;
  readonly offset: number;
  readonly step: number;
}

/** What runs at one step; null: the node only renames bytes. */
export interface PlannedStep {
  readonly node: number;
  readonly form: KernelForm | null;
}

export interface ParetoPoint {
  readonly peakBytes: number;
  readonly predictedInstructions: number;
  readonly weightBytesRead: number;
}

export interface Plan {
  readonly graph: Graph;
  readonly rounding: Rounding;
  readonly optimize: Optimize;
  readonly steps: readonly PlannedStep[];
  readonly buffers: readonly TensorBuffer[];
  readonly scratch: readonly ScratchSlot[];
  /** Highest planned address plus one: tensors and scratch, inputs and outputs included. */
  readonly peakBytes: number;
  /** Highest address of the tensors alone, plus one. */
  readonly tensorBytes: number;
  /** No placement without overlap can be lower: the largest sum of bytes alive at one step. */
  readonly lowerBoundBytes: number;
  readonly tensorLowerBoundBytes: number;
  /** peakBytes equals lowerBoundBytes. */
  readonly proven: boolean;
  readonly macs: number;
  readonly predictedInstructions: number;
  readonly weightBytesRead: number;
  readonly codeWords: number;
}

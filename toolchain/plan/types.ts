/**
 * A plan: for one graph, which kernel form runs each node and where every byte lives.
 *
 * Everything a module touches is in it: tensors, and the scratch (windows, weight tiles,
 * accumulators) of each step. Offsets start at linear-memory address 0. Steps are indices into
 * `graph.nodes`; intervals include both ends. Weights stay in flash and are not counted.
 */
import type { Graph, TensorIndex } from "../ir/graph.ts";
import type { Rounding } from "../numeric/requantize.ts";
import type { KernelForm, Overlap } from "../ops/op.ts";

export const optimizations = ["ram", "balanced", "speed"] as const;
export type Optimize = (typeof optimizations)[number];

/** A run of bytes that tensors share: one tensor and those that alias it (reshape, views). */
export interface TensorBuffer {
  /** Name of the tensor that first owns the bytes. */
  readonly name: string;
  readonly tensors: readonly TensorIndex[];
  /** Where each of `tensors` begins inside the run; left out: each is all of it. */
  readonly begins?: readonly number[];
  readonly bytes: number;
  readonly offset: number;
  readonly firstStep: number;
  readonly lastStep: number;
  /** The run holds only the newest rows of its one tensor; left out: all of it. */
  readonly window?: RowWindow;
}

/** Kernel scratch, alive during one step; or a segment's own, alive during all of its steps. */
export interface ScratchSlot {
  readonly name: string;
  readonly bytes: number;
  readonly offset: number;
  readonly step: number;
  /** What the segment that begins at `step` uses this for; left out: the step's kernel. */
  readonly stream?: StreamSlot;
}

/** events: the next events of a segment, pulled in pieces; total: sums of a stage of that kind. */
export type StreamSlot =
  | { readonly kind: "events" }
  | { readonly kind: "total"; readonly stage: number };

/**
 * What runs at one step; null: the node only renames bytes. A step of a segment has the form of one
 * row (a slab, ops/op.ts RowStream), its cost that of all rows together.
 */
export interface PlannedStep {
  readonly node: number;
  readonly form: KernelForm | null;
}

/**
 * The newest rows of a tensor [1, height, width, channels], oldest first. A new row moves the
 * others up by one and takes the last place, so that a stage finds its rows at the same addresses
 * every time. Rows before the first and after the last, and the columns around a row, hold `fill`.
 */
export interface RowWindow {
  readonly tensor: TensorIndex;
  readonly rows: number;
  /** Bytes of a row, its margins included. */
  readonly rowBytes: number;
  /** Bytes of the margin before a row's first pixel. */
  readonly leftBytes: number;
  /** Bytes of a row's pixels. */
  readonly pixelBytes: number;
  /** The byte of a real zero: all margins and outside rows have it. */
  readonly fill: number;
}

/** Where a stage finds the rows it reads: `bytes` from the start of a window's row `slot`. */
export interface StageRead {
  readonly tensor: TensorIndex;
  readonly slot: number;
  /** Bytes of the row's margin that this reader leaves out. */
  readonly skipBytes: number;
}

/**
 * What gives the rows of one tensor. load: copies them from a whole tensor to its window; receive:
 * the caller of predict() puts them there; compute: a kernel, to the window or row by row to a
 * whole tensor; total: a kernel adds each row of what it reads up, another one makes the output.
 */
export interface Stage {
  readonly kind: "load" | "receive" | "compute" | "total";
  /** The step whose node this is; null for load and receive. */
  readonly step: number | null;
  /** The tensor whose rows it gives; load and receive: the one they copy. */
  readonly tensor: TensorIndex;
  /** One for each run-time operand of the node, in order; none for load and receive. */
  readonly reads: readonly StageRead[];
  /** total: the kernel that makes the output of the sums; the step's form adds a row. */
  readonly finish?: KernelForm;
}

/** run: the stage's next row; pad: a row outside the tensor; finish: a total's output. */
export interface SegmentAction {
  readonly stage: number;
  readonly kind: "run" | "pad" | "finish";
}

/**
 * Consecutive steps that run row by row together: of the tensors between them only windows exist.
 * Windows that are alive at all of its steps hold `fill` at first; others are one row, written
 * whole before it is read. The order is the plan's: `events` are positions in `actions`.
 */
export interface Segment {
  readonly firstStep: number;
  readonly lastStep: number;
  readonly stages: readonly Stage[];
  readonly actions: readonly SegmentAction[];
  readonly events: Uint8Array;
}

/** A plan that no other known one beats in all of memory, time and flash reads. */
export interface ParetoPoint {
  readonly peakBytes: number;
  readonly predictedInstructions: number;
  readonly weightBytesRead: number;
  /** Linear peak and translated code: what a runtime that translates needs of RAM. */
  readonly deviceBytes: number;
  /** Steps that run row by row, as [first, last]. */
  readonly segments: readonly (readonly [number, number])[];
}

/** How the order of the steps was found. Each step counts with the form that needs the least. */
export interface OrderReport {
  /** What the dearest step needs in the file's order, and in the plan's. */
  readonly definitionBytes: number;
  readonly plannedBytes: number;
  /** No order needs less, as far as the search got. */
  readonly lowerBoundBytes: number;
  /** No order needs less than the plan's. */
  readonly proven: boolean;
}

/** A byte run as the certificate states it: alive from firstStep to lastStep, both included. */
export interface CertifiedRun {
  readonly name: string;
  readonly bytes: number;
  readonly alignment: number;
  readonly firstStep: number;
  readonly lastStep: number;
  readonly offset: number;
}

/** Why no addresses need less: one step needs as much, or a search; or how far it is not proven. */
export type LeastBytes =
  | {
      /**
       * bound: the step's bytes, less what pairs may share, are the peak; stack: so high reaches
       * every stack of its runs, what alignment costs included (allocate/stack.ts).
       */
      readonly kind: "bound" | "stack";
      readonly step: number;
      /** Positions of the runs alive at the step. */
      readonly runs: readonly number[];
      /** What all pairs at the step may share together. */
      readonly sharedBytes: number;
    }
  | { readonly kind: "search"; readonly nodes: number }
  | { readonly kind: "gap"; readonly lowerBoundBytes: number };

/** All that it takes to check the addresses and the peak without the planner (certificate.ts). */
export interface Certificate {
  readonly peakBytes: number;
  readonly runs: readonly CertifiedRun[];
  /** Pairs of positions in `runs`: where an output may lie on its dying input (ops/op.ts). */
  readonly overlaps: readonly (Pick<Overlap, "kind" | "distanceBytes"> & {
    readonly input: number;
    readonly output: number;
  })[];
  readonly least: LeastBytes;
}

/** A part of linear memory that lies in one kind of RAM. */
export interface Pool {
  readonly name: "fast" | "slow";
  readonly offset: number;
  readonly bytes: number;
  /** Elements that a prediction reads and writes there, estimated (pools/accesses.ts). */
  readonly accesses: number;
}

export interface Pools {
  readonly pools: readonly Pool[];
  /** No choice of what lies in the fast RAM serves more; reached: the choice is proven. */
  readonly fastAccessesBound: number;
}

export interface Plan {
  readonly graph: Graph;
  readonly rounding: Rounding;
  readonly optimize: Optimize;
  readonly steps: readonly PlannedStep[];
  readonly segments: readonly Segment[];
  readonly order: OrderReport;
  readonly buffers: readonly TensorBuffer[];
  readonly scratch: readonly ScratchSlot[];
  /** Highest planned address plus one: tensors and scratch, inputs and outputs included. */
  readonly peakBytes: number;
  /** Highest address of the tensors alone, plus one. */
  readonly tensorBytes: number;
  /** No placement of these runs can be lower: what one step needs, or what a search proved. */
  readonly lowerBoundBytes: number;
  readonly tensorLowerBoundBytes: number;
  /** peakBytes equals lowerBoundBytes. */
  readonly proven: boolean;
  readonly certificate: Certificate;
  /** Where linear memory is larger than the board's fast RAM; left out: all is one pool. */
  readonly pools?: Pools;
  readonly macs: number;
  readonly predictedInstructions: number;
  readonly weightBytesRead: number;
  readonly codeWords: number;
}

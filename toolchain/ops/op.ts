/**
 * What one operator is: everything edgeflash knows about it, in one value, in one file.
 *
 * Each ops/<op>.ts exports an OpDef; registry.ts lists them. Importers, passes, the planner and the
 * code generator read these fields and never test an operator's name. Adding an operator touches
 * its file here, one line in registry.ts, kernels-as/<op>.ts and tests/ops/<op>.cases.ts.
 */
import type { Attributes, AttributeValue, Tensor } from "../ir/graph.ts";
import type { DType, Shape, TensorData, TensorType } from "../ir/types.ts";
import type { Rounding } from "../numeric/requantize.ts";
import type { Range } from "./shared/activation.ts";
import type { AttributeSchema } from "./shared/attributes.ts";

export interface InferredType {
  readonly dtype: DType;
  readonly shape: Shape;
}

export interface InferContext<A> {
  readonly attributes: A;
  readonly inputs: readonly (Tensor | null)[];
  /** How many outputs the node declares. */
  readonly outputCount: number;
}

/** A tensor's type together with its values. */
export interface Value {
  readonly type: TensorType;
  readonly data: TensorData;
}

export interface ReferenceContext<A> {
  readonly attributes: A;
  readonly inputs: readonly (Value | null)[];
  /** Declared output types: shape, dtype and quantisation to produce. */
  readonly outputs: readonly TensorType[];
  readonly rounding: Rounding;
}

export interface KernelContext<A> {
  readonly attributes: A;
  /** Constants carry their bytes. */
  readonly inputs: readonly (Tensor | null)[];
  readonly outputs: readonly Tensor[];
  readonly rounding: Rounding;
}

/** Planned memory that a kernel uses only while its own step runs. */
export interface ScratchBuffer {
  readonly name: string;
  readonly bytes: number;
  readonly alignment: number;
}

/**
 * Work whose price differs from core to core in its own way. loops: 32-bit arithmetic on elements
 * in memory; lanes: 64-bit arithmetic on locals; wide: 64-bit words in memory; floats: float32.
 */
export const workKinds = ["loops", "lanes", "wide", "floats"] as const;
export type WorkKind = (typeof workKinds)[number];
export type Work = Readonly<Partial<Record<WorkKind, number>>>;

export interface KernelCost {
  /**
   * Predicted Cortex-M4F instructions of one run on wasm3: a model fitted on measured layers, not a
   * measurement.
   */
  readonly instructions: number;
  /** Of them, by kind of work; the rest is plain: calls, pulls and the ends of outputs. */
  readonly work?: Work;
  /** Bytes pulled from the weights section in one run. */
  readonly weightBytesRead: number;
  /** Estimated 32-bit words of wasm3's translated code for one instance of this kernel. */
  readonly codeWords: number;
  /**
   * Estimated interpreter operators on the native stack at once where it has no tail calls; left
   * out by loops that are not written out.
   */
  readonly nestedOperators?: number;
}

/**
 * Where an output may lie on an input whose last reader is this node, while the kernel runs. The
 * access order of the kernel decides; tests run every form at the stated place, and one byte nearer
 * to see the bytes corrupted. A form that states none needs all its operands apart.
 */
export interface Overlap {
  /** Position among the node's inputs; never a constant. */
  readonly input: number;
  readonly output: number;
  /**
   * lead: the output starts `distanceBytes` below the input's start, or lower; same: exactly
   * there; anywhere: the input is read whole before the first output byte is written.
   */
  readonly kind: "lead" | "same" | "anywhere";
  /** Negative: the output may start that much above the input. 0 for anywhere. */
  readonly distanceBytes: number;
}

/**
 * One way to run a node: a function in kernels-as/, the constants that specialise it, and the
 * planned memory it needs. The kernel function takes, in this order and all as usize: every
 * non-constant input, every output, every scratch buffer, and (when `weights` is not empty) the
 * offset of its bytes in the weights section. Kernels with equal source, entry and constants are
 * one function in the module.
 */
export interface KernelForm {
  /** Names the form in plans and reports, for example "rows-5". */
  readonly name: string;
  /** File in kernels-as/, without extension. */
  readonly source: string;
  /** Exported function of that file. */
  readonly entry: string;
  /** Values for the file's `export const` parameters; bigint binds an i64, number i32/f32/f64. */
  readonly constants: Readonly<Record<string, number | bigint>>;
  readonly scratch: readonly ScratchBuffer[];
  /** This node's part of the weights section, in the layout the kernel reads. May be empty. */
  readonly weights: Uint8Array;
  readonly cost: KernelCost;
  /** Each allows one input to die under one output, wherever the other operands lie. */
  readonly overlaps?: readonly Overlap[];
}

/**
 * An operand that is a run of contiguous bytes of another (slice, split, concatenation along the
 * outermost dimension that is not 1).
 */
export interface View {
  readonly input: number;
  readonly output: number;
  /** Which of the two is the run inside the other. */
  readonly inside: "input" | "output";
  /** Where in the other it begins. */
  readonly atBytes: number;
}

/** What the planner may do with an operator's operands. */
export interface MemoryTraits<A = Attributes> {
  /** The output has the same bytes as this input (reshape): no kernel runs, no memory is used. */
  readonly aliasOfInput?: number;
  /**
   * Views that make the node need no kernel when the planner can place all of them so; null: this
   * node has none. An operator that has views offers forms too, for when it cannot.
   */
  readonly views?: (context: KernelContextTypes<A>) => readonly View[] | null;
  /**
   * Operands that the operator updates: `output` is what the state `input` becomes. Every form
   * takes both at the same address (an overlap of kind "same"). In a .tflite file the operand is a
   * variable tensor and the output is not mentioned; such outputs come after all others.
   */
  readonly updates?: readonly StateUpdate[];
}

/** Positions among a node's operands. */
export interface StateUpdate {
  readonly input: number;
  readonly output: number;
}

/** The rows of an operand that an output row needs: `rows` from row * stride - top on. */
export interface RowReads {
  /** Position among the node's inputs; a run-time operand. */
  readonly input: number;
  readonly rows: number;
  readonly stride: number;
  readonly top: number;
  /** Columns of real zeros that the operator needs on either side of those rows. */
  readonly left: number;
  readonly right: number;
}

/**
 * How an operator gives the rows of its output [1, height, width, channels] one by one. On a slab,
 * the rows that one output row reads with their margins, it is the same operator with other
 * attributes, and its own forms() are the ways to run it. Rows and columns outside a tensor are
 * real zeros, so padding streams only where they count as nothing.
 */
export interface RowStream<A> {
  /** Every run-time operand once. */
  readonly reads: readonly RowReads[];
  /** Of the operator on a slab: padding that the slab holds is gone. */
  readonly attributes: A;
}

/** How an operator takes its one run-time operand row by row, and then gives all of its output. */
export interface RowTotal {
  readonly input: number;
  /** Sums, zero at first. */
  readonly sums: ScratchBuffer;
  /** Its kernel takes one row and the sums; cost is that of one row. */
  readonly add: KernelForm;
  /** Its kernel takes the sums and the output. */
  readonly finish: KernelForm;
}

/** How an operator runs inside a segment (plan/segments/); absent: it does not. */
export interface RowTraits<A> {
  /** null: this node cannot. */
  readonly stream?: (context: KernelContextTypes<A>) => RowStream<A> | null;
  readonly total?: (context: KernelContext<A>) => RowTotal | null;
}

/** What rewriting passes may do with an operator; absent: nothing. */
export interface RewriteTraits<A> {
  /** The operator only adds real zeros around height and width: [top, left, bottom, right]. */
  readonly zeroPads?: (context: KernelContextTypes<A>) => readonly number[] | null;
  /** Its outputs follow from types and constant operands: it folds beside run-time inputs too. */
  readonly isKnown?: boolean;
  /**
   * The same operator with these zeros around its first input as part of its own padding; null:
   * some result could be other bytes.
   */
  readonly absorbPads?: (context: KernelContextTypes<A>, pads: readonly number[]) => A | null;
  /** On an output of its input's type the operator only limits every element to this range. */
  readonly clamps?: (attributes: A) => Range;
  /** The same operator with its results limited to a range besides; null: it has no such. */
  readonly absorbClamp?: (attributes: A, range: Range) => A | null;
  /** With an output of the first input's type, shape included: it has that input's bytes. */
  readonly isIdentity?: (context: KernelContextTypes<A>) => boolean;
  /** What this operator does when the same operator with other attributes goes before it. */
  readonly after?: (attributes: A, before: A) => A;
  /** The same layer where its first input has another height and width: what belongs to a size. */
  readonly resized?: (context: KernelContextTypes<A>, input: Shape) => A;
}

/** How post-training quantisation treats an operator. */
export interface QuantizationRule {
  /**
   * calibrated: own range; same: output takes input 0's scale; fixed: the given scale and zero
   * point.
   */
  readonly output:
    | { readonly kind: "calibrated" }
    | { readonly kind: "same" }
    | { readonly kind: "fixed"; readonly scale: number; readonly zeroPoint: number };
  /** Operand index of weights, and the axis of per-channel scales (null: per tensor). */
  readonly weights?: { readonly input: number; readonly axis: number | null };
  /** Operand index of an int32 bias with scale input*weights. */
  readonly bias?: { readonly input: number };
}

/** One scalar field of a TFLite options table. */
export interface TfliteOption {
  readonly name: string;
  /** Position in the FlatBuffers table (0 is the first field of the schema). */
  readonly slot: number;
  readonly type: "int8" | "int32" | "float32" | "bool" | "int32[]";
  readonly default: number | boolean | readonly number[];
}

export type TfliteOptions = Readonly<Record<string, AttributeValue>>;

/** An operand to be written: a tensor the node already has, or a constant made for the file. */
export type TfliteOperand =
  | { readonly kind: "input"; readonly index: number }
  | { readonly kind: "omitted" }
  | {
      readonly kind: "constant";
      readonly name: string;
      readonly dtype: DType;
      readonly shape: Shape;
      readonly values: readonly number[];
    };

export interface TfliteReadContext {
  readonly options: TfliteOptions;
  /** Operands as in the file; constants carry their bytes. null: omitted operand. */
  readonly inputs: readonly (Tensor | null)[];
  readonly outputs: readonly Tensor[];
  /** Types inside the operator, as LSTMs have them; absent: none. */
  readonly intermediates?: readonly Tensor[];
}

/** How a .tflite file spells this operator. */
export interface TfliteSpelling<A> {
  readonly builtin: string;
  readonly code: number;
  /** Tag of the BuiltinOptions union; 0 when the operator has none. */
  readonly optionsType: number;
  readonly options: readonly TfliteOption[];
  /** From the file to attributes, and which of the file's operands the node keeps. */
  readonly read: (context: TfliteReadContext) => {
    readonly attributes: A;
    readonly inputs: readonly number[];
  };
  /** From a node to the file; null when this spelling cannot express it and the next should try. */
  readonly write: (context: KernelContextTypes<A>) => {
    readonly options: TfliteOptions;
    readonly inputs: readonly TfliteOperand[];
    readonly intermediates?: readonly TensorType[];
    readonly version: number;
  } | null;
}

/** Types of a node's operands without the choices that only code generation needs. */
export interface KernelContextTypes<A> {
  readonly attributes: A;
  readonly inputs: readonly (Tensor | null)[];
  readonly outputs: readonly Tensor[];
}

export interface OpDef<A extends Attributes = Attributes> {
  readonly name: string;
  /** One line for `edgeflash ops` and the docs. */
  readonly summary: string;
  readonly attributes: AttributeSchema<A>;
  /** Shapes and element types of the outputs; throws EF2002 or EF2003. Never needs more than types
   *  and constant operands. */
  readonly infer: (context: InferContext<A>) => readonly InferredType[];
  /** Reference semantics: plain loops, no tricks; the truth that kernels are compared with. */
  readonly reference: (context: ReferenceContext<A>) => readonly TensorData[];
  /** Multiply-accumulates of one run. */
  readonly macs: (context: KernelContextTypes<A>) => number;
  readonly memory: MemoryTraits<A>;
  readonly rows?: RowTraits<A>;
  readonly rewrites?: RewriteTraits<A>;
  readonly quantization: QuantizationRule;
  /** Ways to run the node, fastest first; at least one unless memory.aliasOfInput is set. */
  readonly forms: (context: KernelContext<A>) => readonly KernelForm[];
  readonly tflite: readonly TfliteSpelling<A>[];
}

/** An operator with its attribute type forgotten, as the registry holds it. */
export type AnyOp = OpDef<Attributes>;

/** An operator as its file states it: what most leave at "none" may be left out. */
export type OpInit<A extends Attributes> = Omit<OpDef<A>, "macs" | "memory"> &
  Partial<Pick<OpDef<A>, "macs" | "memory">>;

/** Registers an operator: the only place where its attribute type is widened. */
export function defineOp<A extends Attributes>(op: OpInit<A>): AnyOp {
  const whole: OpDef<A> = { macs: () => 0, memory: {}, ...op };
  // The schema check in verify.ts runs before any of the functions, so attributes are an A.
  return whole as unknown as AnyOp;
}

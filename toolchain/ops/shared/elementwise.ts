/**
 * The family of operators that map each element to one element of the same position: shape
 * inference, the reference loop, the kernel forms and the .tflite spelling that they share.
 *
 * An operator states for each element type what happens to one element, in TypeScript, and the
 * kernel loops that do the same. Bytes to bytes have at most 256 results: their fastest form is the
 * table, made at build time by the operator's own rule (lookup.ts). Every kernel walks input and
 * output once in memory order, so the output may lie on the input's start.
 */
import { must } from "../../diagnostics/assert.ts";
import type { Attributes } from "../../ir/graph.ts";
import {
  type DType,
  dtypes,
  elementCount,
  newTensor,
  type TensorData,
  type TensorType,
} from "../../ir/types.ts";
import type { Rounding } from "../../numeric/requantize.ts";
import type {
  AnyOp,
  InferContext,
  KernelContext,
  KernelForm,
  OpDef,
  Overlap,
  ReferenceContext,
  RewriteTraits,
  TfliteSpelling,
} from "../op.ts";
import { elementCost, type StepOperations } from "./element-cost.ts";
import { memberOf } from "./family.ts";
import { lookupForm } from "./lookup.ts";
import {
  firstType,
  requireElements,
  requireInputs,
  requireType,
  runtimeInput,
} from "./operands.ts";

export interface ElementContext<A> {
  readonly attributes: A;
  readonly input: TensorType;
  readonly output: TensorType;
  readonly rounding: Rounding;
}

/** A kernel loop: source and entry of its function, which also takes the constant ELEMENTS. */
export interface ElementLoop {
  readonly source: string;
  readonly entry: string;
  readonly constants: Readonly<Record<string, number | bigint>>;
  /** Operations of one element. */
  readonly step: StepOperations;
  /** Bytes that the kernel pulls whole into its only scratch buffer, and their alignment. */
  readonly table?: { readonly bytes: Uint8Array; readonly alignment: number };
}

/** One element type's arithmetic. */
export interface ElementRule {
  /** The output element of an input element, both in the units of their tensors. */
  readonly element: (value: number) => number;
  /** Instead of it where int64 takes part, whose values no number holds. */
  readonly exact?: (value: number | bigint) => number | bigint;
  /** Kernels that do the same, fastest first; bytes to bytes have their table besides, before. */
  readonly loops: readonly ElementLoop[];
  /** false: the loops are as fast as a table of bytes. */
  readonly hasTable?: false;
}

export interface ElementwiseOp<A extends Attributes> {
  readonly name: string;
  readonly summary: string;
  readonly attributes: OpDef<A>["attributes"];
  readonly rewrites?: RewriteTraits<A>;
  /** By the input's element type; a type that is missing is refused by name. */
  readonly rules: Readonly<Partial<Record<DType, (context: ElementContext<A>) => ElementRule>>>;
  /** Element type of the output; absent: the input's. */
  readonly outputType?: (input: DType, attributes: A) => DType;
  /** Elements mean themselves: quantised types need no scale. */
  readonly ignoresScales?: true;
  readonly quantization: OpDef<A>["quantization"]["output"];
  readonly tflite: readonly TfliteSpelling<A>[];
}

/** The spelling of an operator without attributes; `version` by the input's element type. */
export function plainSpelling(
  builtin: string,
  code: number,
  version: (input: DType) => number = (input) => (input === "float32" ? 1 : 2),
  optionsType = 0,
): TfliteSpelling<Record<string, never>> {
  return {
    builtin,
    code,
    optionsType,
    options: [],
    read: () => ({ attributes: {}, inputs: [0] }),
    write: ({ inputs }) => ({
      options: {},
      inputs: [{ kind: "input", index: 0 }],
      version: version(firstType(inputs).dtype),
    }),
  };
}

function ruleOf<A extends Attributes>(op: ElementwiseOp<A>, context: ElementContext<A>) {
  return must(op.rules[context.input.dtype], "a rule of the element type")(context);
}

function infer<A extends Attributes>(op: ElementwiseOp<A>, context: InferContext<A>) {
  const input = must(requireInputs(context, 1)[0], "input");
  const require = op.ignoresScales ? requireElements : requireType;
  require(input, ...(Object.keys(op.rules) as DType[]));
  const { dtype, shape } = input.type;
  return [{ dtype: op.outputType?.(dtype, context.attributes) ?? dtype, shape }];
}

function reference<A extends Attributes>(
  op: ElementwiseOp<A>,
  { attributes, inputs, outputs, rounding }: ReferenceContext<A>,
): TensorData[] {
  const { type, data } = must(inputs[0], "input");
  const output = must(outputs[0], "output type");
  const rule = ruleOf(op, { attributes, input: type, output, rounding });
  const element = rule.exact ?? ((value: number | bigint) => rule.element(Number(value)));
  const result = newTensor(output);
  for (const [index, value] of data.entries()) result[index] = element(value);
  return [result];
}

/** The form of a loop; the family states its overlaps. */
export function loopForm(elements: number, loop: ElementLoop): KernelForm {
  const bytes = loop.table?.bytes.length ?? 0;
  const alignment = loop.table?.alignment ?? 1;
  return {
    name: bytes > 0 ? "interpolated" : "loop",
    source: loop.source,
    entry: loop.entry,
    constants: { ELEMENTS: elements, ...loop.constants },
    scratch: bytes > 0 ? [{ name: "table", bytes, alignment }] : [],
    weights: loop.table?.bytes ?? new Uint8Array(),
    cost: elementCost([[elements, loop.step]], {
      pulls: bytes > 0 ? 1 : 0,
      weightBytesRead: bytes,
    }),
  };
}

/** Where the output may lie on the input: lower by what all elements but the last grow. */
function overlapsOf(input: TensorType, output: TensorType): Overlap[] {
  const elements = elementCount(output.shape);
  const growth = dtypes[output.dtype].bytes - dtypes[input.dtype].bytes;
  const distanceBytes = Math.max(growth, 0) * (elements - 1);
  return [{ input: 0, output: 0, kind: elements === 1 ? "anywhere" : "lead", distanceBytes }];
}

const isByte = ({ dtype }: TensorType) => dtype === "int8" || dtype === "uint8";

function forms<A extends Attributes>(op: ElementwiseOp<A>, context: KernelContext<A>) {
  const { attributes, inputs, outputs, rounding } = context;
  const input = runtimeInput(inputs);
  const output = firstType(outputs);
  const elements = elementCount(output.shape);
  const rule = ruleOf(op, { attributes, input, output, rounding });
  const hasTable = rule.hasTable ?? (isByte(input) && isByte(output));
  const found = rule.loops.map((loop) => loopForm(elements, loop));
  const overlaps = overlapsOf(input, output);
  const fromByte = (value: number) => rule.element(input.dtype === "uint8" ? value & 255 : value);
  return [...(hasTable ? [lookupForm(elements, fromByte)] : []), ...found].map((form) => ({
    ...form,
    overlaps,
  }));
}

/** The operator as the registry holds it. */
export function elementwise<A extends Attributes>(op: ElementwiseOp<A>): AnyOp {
  return memberOf<A, ElementwiseOp<A>>({ infer, reference, forms }, op);
}

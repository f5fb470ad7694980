/**
 * The family of operators that reduce over axes: attributes, shape inference, the reference loop,
 * the kernel form and TFLite's ReducerOptions. An operator states for each element type how two
 * elements become one and how a total becomes an output, in TypeScript and as constants of
 * kernels-as/reduce.ts. Negative axes count from the end and are kept as written, because they
 * decide which of TensorFlow Lite's kernels runs.
 */
import { must } from "../../diagnostics/assert.ts";
import {
  type DType,
  elementCount,
  newTensor,
  type TensorData,
  type TensorType,
} from "../../ir/types.ts";
import type { Rounding } from "../../numeric/requantize.ts";
import {
  type AnyOp,
  defineOp,
  type InferContext,
  type InferredType,
  type KernelContext,
  type KernelContextTypes,
  type KernelForm,
  type OpDef,
  type Overlap,
  type ReferenceContext,
  type RowTotal,
  type TfliteReadContext,
} from "../op.ts";
import { type AttributeSchema, flag, integers } from "./attributes.ts";
import { elementCost, type StepOperations } from "./element-cost.ts";
import { nhwc } from "./layout.ts";
import {
  constantIntegers,
  firstType,
  mismatch,
  requireInputs,
  requireType,
  runtimeInput,
} from "./operands.ts";
import { eachElement, type Reduction, reductionOf } from "./reduction.ts";
import { isTotalRule, rowTotal } from "./row-totals.ts";
import { isImage } from "./rows.ts";

export type ReduceAttributes = {
  readonly axes: readonly number[];
  readonly keepDims: boolean;
};

const schema: AttributeSchema<ReduceAttributes> = { axes: integers(null), keepDims: flag };

/** The kernel's constant RULE. */
export const rules = { sum: 0, largest: 1, smallest: 2, product: 3, scaledProduct: 4 } as const;

/** The kernel's constant FINISH. */
export const finishes = {
  plain: 0,
  truncated: 1,
  nearest: 2,
  real: 3,
  fixed: 4,
  narrow: 5,
  wrapped: 6,
} as const;

/** How elements of one type are reduced. */
export interface ReduceRule {
  readonly rule: keyof typeof rules;
  /** An element as `combine` takes it; absent: as it is. */
  readonly operand?: (value: number) => number;
  readonly combine: (total: number, value: number) => number;
  readonly finish: ReduceFinish;
  /** Entry of the kernel when it is not the element type's. */
  readonly entry?: string;
  /** Operations of one element. */
  readonly step?: StepOperations;
}

/** How a total becomes an output. */
export interface ReduceFinish {
  readonly kind: keyof typeof finishes;
  readonly constants: Readonly<Record<string, number | bigint>>;
  readonly value: (total: number) => number;
  readonly operations: StepOperations;
}

export interface ReduceContext {
  readonly axes: readonly number[];
  readonly keepDims: boolean;
  readonly input: TensorType;
  readonly output: TensorType;
  /** Elements that make one output. */
  readonly count: number;
  readonly rounding: Rounding;
}

export interface ReduceOp {
  readonly name: string;
  readonly summary: string;
  /** By element type; a type that is missing is refused by name. */
  readonly types: Readonly<Partial<Record<DType, (context: ReduceContext) => ReduceRule>>>;
  /** The most elements that may make one output; absent: any number. */
  readonly countMax?: Readonly<Partial<Record<DType, number>>>;
  /** An image's rows may be added to totals one after the other. */
  readonly addsRows?: true;
  readonly quantization: OpDef["quantization"]["output"];
  readonly builtin: string;
  readonly code: number;
  /** The version written for int16; absent: 3. */
  readonly wideVersion?: number;
}

/** The total as it is. */
export const plainFinish: ReduceFinish = {
  kind: "plain",
  constants: {},
  value: (total) => total,
  operations: { memory: 1, narrow: 4, set: 3, loop: 1 },
};

const entries: Readonly<Partial<Record<DType, string>>> = {
  int8: "reduceInt8",
  int16: "reduceInt16",
  int32: "reduceInt32",
  bool: "reduceInt8",
  float32: "reduceFloat",
};

/** Operations of eight elements at once. */
const sumLanesStep: StepOperations = { memory: 1, wide: 6, narrow: 1, set: 3, loop: 1 };
const extremeLanesStep: StepOperations = { memory: 1, wide: 14, narrow: 1, set: 4, loop: 1 };

const elementStep: StepOperations = { memory: 1, narrow: 1, set: 1, loop: 1 };

function infer(op: ReduceOp, context: InferContext<ReduceAttributes>): InferredType[] {
  const { axes, keepDims } = context.attributes;
  const input = must(requireInputs(context, 1)[0], "input");
  const { dtype, shape } = input.type;
  requireType(input, ...(Object.keys(op.types) as DType[]));
  if (axes.length === 0) throw mismatch("needs at least one axis");
  const { outputShape, count } = reductionOf(shape, axes, keepDims);
  const most = op.countMax?.[dtype] ?? Number.POSITIVE_INFINITY;
  if (count > most) throw mismatch(`reduces ${count} elements; ${most} is the most in ${dtype}`);
  return [{ dtype, shape: outputShape }];
}

interface Situation {
  readonly attributes: ReduceAttributes;
  readonly input: TensorType;
  readonly output: TensorType;
  readonly rounding: Rounding;
}

function ruleOf(op: ReduceOp, { attributes, input, output, rounding }: Situation) {
  const { axes, keepDims } = attributes;
  const reduction = reductionOf(input.shape, axes, keepDims);
  const { count } = reduction;
  const make = must(op.types[input.dtype], "a rule of the element type");
  return { reduction, rule: make({ axes, keepDims, input, output, count, rounding }) };
}

/** Totals of all outputs, each from its elements in memory order. */
function totalsOf(reduction: Reduction, rule: ReduceRule, data: TensorData): number[] {
  const totals: number[] = [];
  const { operand = (value: number) => value, combine } = rule;
  eachElement(reduction, (from, to) => {
    const value = operand(Number(data[from]));
    const total = totals[to];
    totals[to] = total === undefined ? value : combine(total, value);
  });
  return totals;
}

function reference(op: ReduceOp, context: ReferenceContext<ReduceAttributes>): TensorData[] {
  const output = must(context.outputs[0], "output type");
  const { type: input, data } = must(context.inputs[0], "input");
  const { attributes, rounding } = context;
  const { reduction, rule } = ruleOf(op, { attributes, input, output, rounding });
  const result = newTensor(output);
  for (const [index, total] of totalsOf(reduction, rule, data).entries()) {
    result[index] = rule.finish.value(total);
  }
  return [result];
}

/** Bytes that the lane form takes at once, and the most that their 16-bit sums hold. */
const LANES = 8;
const LANE_COUNT_MAX = 257;

const anywhere: Overlap = { input: 0, output: 0, kind: "anywhere", distanceBytes: 0 };

/** Whether eight columns of int8 beside each other can be reduced at once. */
function fitsLanes(rule: ReduceRule, { runs, count }: Reduction, { dtype }: TensorType): boolean {
  const isExtreme = rule.rule === "largest" || rule.rule === "smallest";
  const fitsSum = rule.rule === "sum" && count <= LANE_COUNT_MAX;
  return dtype === "int8" && runs[4] >= LANES && (isExtreme || fitsSum);
}

/** The kernel but for its entry, and what it is applied to. */
function kernelOf(op: ReduceOp, context: KernelContext<ReduceAttributes>) {
  const input = runtimeInput(context.inputs);
  const output = firstType(context.outputs);
  const { attributes, rounding } = context;
  const { reduction, rule } = ruleOf(op, { attributes, input, output, rounding });
  const [OUTER, ABOVE, MIDDLE, BELOW, INNER] = reduction.runs;
  const { finish } = rule;
  const constants = {
    ...{ OUTER, ABOVE, MIDDLE, BELOW, INNER },
    RULE: rules[rule.rule],
    FINISH: finishes[finish.kind],
    ...finish.constants,
  };
  return { input, output, reduction, rule, kernel: { source: "reduce", constants } };
}

function forms(op: ReduceOp, context: KernelContext<ReduceAttributes>): KernelForm[] {
  const { input, output, reduction, rule, kernel } = kernelOf(op, context);
  const [elements, outputs] = [elementCount(input.shape), elementCount(output.shape)];
  const { finish } = rule;
  const loop: KernelForm = {
    ...kernel,
    name: "loop",
    entry: rule.entry ?? must(entries[input.dtype], "entry of the element type"),
    scratch: [],
    weights: new Uint8Array(),
    cost: elementCost([
      [elements, rule.step ?? elementStep],
      [outputs, finish.operations],
    ]),
    // No element lies before its output's place, and the only output is written last of all.
    overlaps: outputs === 1 ? [anywhere] : [{ ...anywhere, kind: "lead" }],
  };
  if (!fitsLanes(rule, reduction, input)) return [loop];
  const lanes: KernelForm = {
    ...loop,
    name: "lanes",
    entry: "reduceLanes",
    cost: elementCost(
      rule.rule === "sum"
        ? [
            [elements / LANES, sumLanesStep],
            [outputs, finish.operations],
          ]
        : [
            [elements / LANES, extremeLanesStep],
            [outputs / LANES, finish.operations],
          ],
    ),
    // The last eight columns may read again what the ones before have written beside.
    overlaps: outputs === LANES ? [anywhere] : [],
  };
  return [lanes, loop];
}

/** Entries that finish totals of image channels. */
const totalEntries: Readonly<Partial<Record<DType, string>>> = {
  int8: "totalsInt8",
  bool: "totalsInt8",
  int16: "totalsInt16",
  float32: "totalsFloat",
};

/** All rows and columns of an image are reduced, so only the totals of its channels are needed. */
function total(op: ReduceOp, context: KernelContext<ReduceAttributes>): RowTotal | null {
  const { input, reduction, rule, kernel } = kernelOf(op, context);
  const entry = totalEntries[input.dtype];
  if (!isImage(input) || !entry || !isTotalRule(rule.rule)) return null;
  const { height, width, channels } = nhwc(input.shape);
  if (reduction.runs.join() !== [1, 1, 1, height * width, channels].join()) return null;
  return rowTotal({
    ...{ input, rule: rule.rule, startsAtMinusZero: true },
    finish: { ...kernel, entry },
    output: rule.finish.operations,
  });
}

function read({ options, inputs }: TfliteReadContext) {
  const axes = constantIntegers(inputs[1], "the list of axes");
  return { attributes: { axes, keepDims: options.keep_dims === true }, inputs: [0] };
}

function write(
  { wideVersion = 3 }: ReduceOp,
  { attributes: { axes, keepDims }, inputs }: KernelContextTypes<ReduceAttributes>,
) {
  const constant = {
    kind: "constant",
    name: "axes",
    dtype: "int32",
    shape: [axes.length],
    values: axes,
  } as const;
  return {
    options: { keep_dims: keepDims },
    inputs: [{ kind: "input", index: 0 } as const, constant],
    version: { int8: 2, int16: wideVersion }[firstType(inputs).dtype as string] ?? 1,
  };
}

/** The operator as the registry holds it. */
export function reduceOperator(op: ReduceOp): AnyOp {
  return defineOp<ReduceAttributes>({
    name: op.name,
    summary: op.summary,
    attributes: schema,
    infer: (context) => infer(op, context),
    reference: (context) => reference(op, context),
    rows: op.addsRows ? { total: (context) => total(op, context) } : {},
    quantization: { output: op.quantization },
    forms: (context) => forms(op, context),
    tflite: [
      {
        builtin: op.builtin,
        code: op.code,
        optionsType: 27,
        options: [{ name: "keep_dims", slot: 0, type: "bool", default: false }],
        read,
        write: (context) => write(op, context),
      },
    ],
  });
}

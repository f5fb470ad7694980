/**
 * The family of operators that make each output element of two operands' elements, with numpy's
 * broadcasting: shape inference, the reference loop, the kernel form and the .tflite spelling.
 *
 * An operator states for each element type what two elements make. kernels-as/binary.ts has the
 * loop and kernels-as/arithmetic.ts the rules, which `arithmetics` lists in the same order. The
 * kernel walks the output once in memory order, so the output may lie on the start of any operand
 * that is not repeated.
 */
import { must } from "../../diagnostics/assert.ts";
import type { Attributes, Tensor } from "../../ir/graph.ts";
import {
  type DType,
  dtypes,
  elementCount,
  newTensor,
  sameShape,
  type TensorData,
  type TensorType,
} from "../../ir/types.ts";
import type { Rounding } from "../../numeric/requantize.ts";
import type {
  AnyOp,
  InferContext,
  InferredType,
  KernelContext,
  KernelForm,
  OpDef,
  Overlap,
  ReferenceContext,
  RewriteTraits,
  TfliteSpelling,
} from "../op.ts";
import type { Range } from "./activation.ts";
import { broadcastLoops, broadcastShape, positions, rowConstants } from "./broadcast.ts";
import { elementCost, type StepOperations } from "./element-cost.ts";
import { memberOf } from "./family.ts";
import { sameOperands } from "./linear-layer.ts";
import { firstType, mismatch, requireInputs, requireType, unsupported } from "./operands.ts";
import { tensorTypeCodes } from "./tflite-schema.ts";

/** Rules of kernels-as/arithmetic.ts, in its order. Those from `equal` on answer with a bool. */
const arithmetics = [
  ...["add", "subtract", "multiply", "divide", "floorDivide", "floorModulo", "maximum", "minimum"],
  ...["squaredDifference", "leaky", "and", "or", "power"],
  ...["equal", "notEqual", "greater", "greaterEqual", "less", "lessEqual"],
] as const;

type RuleName = (typeof arithmetics)[number];

export interface BinaryContext<A> {
  readonly attributes: A;
  readonly a: TensorType;
  readonly b: TensorType;
  readonly output: TensorType;
  readonly rounding: Rounding;
}

/** int64 elements are bigints, all others numbers. */
export type Element = number | bigint;

/** One element type's arithmetic. */
export interface BinaryRule {
  /** The output element of two elements, all in the units of their tensors. */
  readonly element: (x: Element, y: Element) => Element | boolean;
  /** Parameters of the kernel that make it do the same. */
  readonly constants: Readonly<Record<string, number | bigint>>;
  /** Operations of one element, without loads, store and loop. */
  readonly step: StepOperations;
  /** Bounds of the output; absent: those of its type. */
  readonly range?: Range | undefined;
}

type Rules<A> = Readonly<Partial<Record<DType, (context: BinaryContext<A>) => BinaryRule>>>;

export interface BinaryOp<A extends Attributes> {
  readonly name: string;
  readonly summary: string;
  readonly attributes: OpDef<A>["attributes"];
  readonly rewrites?: RewriteTraits<A>;
  /** By the operands' element type; a type that is missing is refused by name. */
  readonly rules: Rules<A>;
  /** Element type of the output; absent: the operands'. */
  readonly outputType?: DType;
  /** Only the second operand may be repeated. */
  readonly keepsFirst?: boolean;
  readonly quantization: OpDef<A>["quantization"]["output"];
  readonly tflite: readonly TfliteSpelling<A>[];
}

/** What two numbers make, by the kind of number; kinds that are missing have no such operator. */
export interface Arithmetic {
  readonly rule: RuleName;
  readonly float32?: (x: number, y: number) => number | boolean;
  /** Of int32, wrapping, and of all narrower integers. */
  readonly int32?: (x: number, y: number) => number | boolean;
  readonly int64?: (x: bigint, y: bigint) => bigint | boolean;
  /** How many operations of the kernel the rule takes; absent: 1. */
  readonly operations?: number;
}

/** Lets a function of numbers take elements. */
export const ofNumbers =
  (apply: (x: number, y: number) => number | boolean): BinaryRule["element"] =>
  (x, y) =>
    apply(Number(x), Number(y));

const ofBigints =
  (apply: (x: bigint, y: bigint) => bigint | boolean): BinaryRule["element"] =>
  (x, y) =>
    apply(BigInt(x), BigInt(y));

/** The kernel's parameter for a rule. */
export const ruleConstant = (rule: RuleName) => ({ RULE: arithmetics.indexOf(rule) });

/** Rules on elements as they are, for those of the types that the arithmetic has. */
export function plainRules<A extends Attributes>(
  arithmetic: Arithmetic,
  types: readonly DType[],
  range: (context: BinaryContext<A>) => Range | undefined = () => undefined,
): Rules<A> {
  const { float32, int32, int64, operations = 1, rule } = arithmetic;
  const element = { float32: float32 && ofNumbers(float32), int64: int64 && ofBigints(int64) };
  const integer = int32 && ofNumbers(int32);
  const kind = (dtype: DType) =>
    dtype === "float32" ? "float" : dtype === "int64" ? "wide" : "narrow";
  return Object.fromEntries(
    types.map((dtype) => {
      const apply = dtype === "float32" || dtype === "int64" ? element[dtype] : integer;
      const plain = {
        element: must(apply, `${rule} of ${dtype}`),
        constants: ruleConstant(rule),
        step: { [kind(dtype)]: operations },
      };
      return [dtype, (context: BinaryContext<A>) => ({ ...plain, range: range(context) })];
    }),
  );
}

/** The spelling of an operator without options. */
export function binarySpelling(
  builtin: string,
  code: number,
  optionsType: number,
  version: (operand: DType) => number = () => 1,
): TfliteSpelling<Record<string, never>> {
  return {
    builtin,
    code,
    optionsType,
    options: [],
    read: () => ({ attributes: {}, inputs: [0, 1] }),
    write: ({ inputs }) => ({
      options: {},
      inputs: sameOperands(inputs),
      version: version(firstType(inputs).dtype),
    }),
  };
}

function ruleOf<A extends Attributes>(op: BinaryOp<A>, context: BinaryContext<A>): BinaryRule {
  return must(op.rules[context.a.dtype], "a rule of the element type")(context);
}

function infer<A extends Attributes>(op: BinaryOp<A>, context: InferContext<A>): InferredType[] {
  const [a, b] = requireInputs(context, 2);
  const [left, right] = [must(a, "first operand"), must(b, "second operand")];
  for (const operand of [left, right]) requireType(operand, ...(Object.keys(op.rules) as DType[]));
  const dtype = left.type.dtype;
  if (dtype !== right.type.dtype) {
    throw mismatch(`operands are ${dtype} and ${right.type.dtype}; both must have one type`);
  }
  broadcastLoops(left.type.shape, right.type.shape);
  const shape = broadcastShape(left.type.shape, right.type.shape);
  if (op.keepsFirst && !sameShape(shape, left.type.shape)) {
    throw mismatch(`[${right.type.shape}] does not repeat to the shape [${left.type.shape}]`);
  }
  return [{ dtype: op.outputType ?? dtype, shape }];
}

function limit(value: Element | boolean, { min, max }: Range): Element | boolean {
  if (typeof value !== "bigint") return Math.min(Math.max(Number(value), min), max);
  return value < min ? BigInt(min) : value > max ? BigInt(max) : value;
}

function reference<A extends Attributes>(
  op: BinaryOp<A>,
  { attributes, inputs, outputs, rounding }: ReferenceContext<A>,
): TensorData[] {
  const [left, right] = [must(inputs[0], "first operand"), must(inputs[1], "second operand")];
  const output = must(outputs[0], "output type");
  const [a, b] = [left.type, right.type];
  const { element, range } = ruleOf(op, { attributes, a, b, output, rounding });
  const result = newTensor(output);
  let index = 0;
  for (const [x = 0, y = 0] of positions(broadcastLoops(a.shape, b.shape))) {
    const value = element(must(left.data[x], "element"), must(right.data[y], "element"));
    const bounded = range ? limit(value, range) : value;
    result[index++] = result instanceof BigInt64Array ? BigInt(bounded) : Number(bounded);
  }
  return [result];
}

/** The range as the kernel takes it; a bound that is infinite is the type's own. */
function rangeConstants(
  range: Range | undefined,
  dtype: DType,
): Readonly<Record<string, number | bigint>> {
  if (!range) return {};
  const { min, max } = range;
  if (dtype === "float32") return { CLAMPED: 1, OUTPUT_LOW: min, OUTPUT_HIGH: max };
  const edge = 1n << BigInt(8 * dtypes[dtype].bytes - 1);
  return {
    CLAMPED: 1,
    OUTPUT_MIN: Number.isFinite(min) ? BigInt(min) : -edge,
    OUTPUT_MAX: Number.isFinite(max) ? BigInt(max) : edge - 1n,
  };
}

/** The operand that is a constant, if one is. */
function constantOf([a, b]: readonly [Tensor, Tensor]) {
  if (a.data && b.data) throw unsupported(`${a.name} and ${b.name} are both constants`);
  const { data, type } = a.data ? a : b;
  if (!data) return null;
  return { data, isFirst: a.data !== undefined, alignment: Math.max(4, dtypes[type.dtype].bytes) };
}

/** Each element is read before it is written; a single one is the whole operand. */
const overlapOf = (input: number, elements: number): Overlap => ({
  ...{ input, output: 0, distanceBytes: 0 },
  kind: elements === 1 ? "anywhere" : "lead",
});

/** The loop over both operands, one of them perhaps a constant. */
function forms<A extends Attributes>(op: BinaryOp<A>, context: KernelContext<A>): KernelForm[] {
  const { attributes, inputs, outputs, rounding } = context;
  const operands = [must(inputs[0], "operand"), must(inputs[1], "operand")] as const;
  const [a, b] = [operands[0].type, operands[1].type];
  const output = firstType(outputs);
  const { constants, range, step } = ruleOf(op, { attributes, a, b, output, rounding });
  const constant = constantOf(operands);
  const bytes = constant?.data.length ?? 0;
  const elements = elementCount(output.shape);
  const walk = broadcastLoops(a.shape, b.shape);
  const loads = Math.max(1, walk.at(-1)?.strides.filter((stride) => stride > 0).length ?? 0);
  const loop = { ...step, memory: (step.memory ?? 0) + loads + 1, loop: 1 };
  const form: KernelForm = {
    name: "loop",
    source: "binary",
    entry: constant ? "binaryConstant" : "binary",
    constants: {
      TYPE: tensorTypeCodes[a.dtype],
      ...constants,
      ...rowConstants(walk),
      ...rangeConstants(range, a.dtype),
      ...(constant && { CONSTANT_BYTES: bytes, CONSTANT_FIRST: Number(constant.isFirst) }),
    },
    scratch: constant ? [{ name: "constant", bytes, alignment: constant.alignment }] : [],
    weights: constant?.data ?? new Uint8Array(),
    cost: elementCost([[elements, { ...loop, narrow: (step.narrow ?? 0) + loads, set: 1 }]], {
      pulls: constant ? 1 : 0,
      weightBytesRead: bytes,
    }),
    overlaps: operands.flatMap(({ data, type }, input) =>
      data || elementCount(type.shape) < elements ? [] : [overlapOf(input, elements)],
    ),
  };
  return [form];
}

/** The operator as the registry holds it. */
export function binary<A extends Attributes>(op: BinaryOp<A>): AnyOp {
  return memberOf<A, BinaryOp<A>>({ infer, reference, forms }, op);
}

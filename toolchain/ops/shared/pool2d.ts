/**
 * The family of pooling operators: attributes, shape inference, the walk over windows, the kernel's
 * constants and accesses, and TFLite's Pool2DOptions. They differ in how a window becomes a value.
 *
 * Padded taps do not take part: neither in a maximum nor in an average's divisor.
 */
import { must } from "../../diagnostics/assert.ts";
import { dtypes, elementCount, newTensor, type Shape, type TensorData } from "../../ir/types.ts";
import {
  type AnyOp,
  defineOp,
  type InferContext,
  type InferredType,
  type KernelContext,
  type KernelContextTypes,
  type KernelForm,
  type ReferenceContext,
  type RewriteTraits,
  type RowStream,
  type RowTotal,
  type RowTraits,
  type TfliteReadContext,
  type TfliteSpelling,
} from "../op.ts";
import {
  type Activation,
  activationField,
  activationRange,
  activationRewrites,
  activations,
} from "./activation.ts";
import { type AttributeSchema, integers } from "./attributes.ts";
import { elementCost, type StepOperations } from "./element-cost.ts";
import { type Nhwc, nhwc } from "./layout.ts";
import { type AccessStep, leadOverlap } from "./lead.ts";
import { checkRank, sameOperands } from "./linear-layer.ts";
import {
  firstType,
  mismatch,
  requireInputs,
  requireSameQuantization,
  requireType,
  runtimeInput,
} from "./operands.ts";
import {
  padsOfTflite,
  resizedPads,
  tflitePaddingOf,
  type WindowAxes,
  windowAxes,
  windowConstants,
  windowOutput,
  windowTaps,
} from "./padding.ts";
import { rowTotal, type TotalRule } from "./row-totals.ts";
import { isImage, windowReads } from "./rows.ts";
import { activationOfTflite } from "./tflite-activation.ts";

export type Pool2dAttributes = {
  /** [height, width] */
  readonly kernel: readonly number[];
  /** [vertical, horizontal] */
  readonly strides: readonly number[];
  /** [top, left, bottom, right] */
  readonly pads: readonly number[];
  readonly activation: Activation;
};

const pool2dSchema: AttributeSchema<Pool2dAttributes> = {
  kernel: integers(2, { min: 1 }),
  strides: integers(2, { min: 1 }),
  pads: integers(4, { min: 0 }),
  activation: activationField,
};

const axesOf = (input: Shape, { kernel, strides }: Pool2dAttributes): WindowAxes =>
  windowAxes(input, kernel, { strides });

/** Kinds of element, which is how the kernel's entries are named. */
const entrySuffixes = { int8: "Int8", int16: "Int16", float32: "Float" } as const;
type Element = keyof typeof entrySuffixes;

/** How a window becomes one value, in TypeScript and in kernels-as/pool2d.ts. */
export interface PoolRule {
  /** Start of the names of the kernel's entries. */
  readonly entry: string;
  /** One value from those of a window, for each element type that has a kernel. */
  readonly reduce: Readonly<Partial<Record<Element, (values: readonly number[]) => number>>>;
  /** Operations on one element of a window, and on one output. */
  readonly tap: StepOperations;
  readonly output: StepOperations;
  /**
   * Of a window that is the whole image: what adds up, and the operations on one output then;
   * absent: it does not add up.
   */
  readonly total?: { readonly rule: TotalRule; readonly output: StepOperations };
  /** The same where eight of int8 are taken at once: on eight elements, and on one output. */
  readonly lanes?: { readonly taps: StepOperations; readonly output: StepOperations };
}

const typesOf = ({ reduce }: PoolRule) => Object.keys(reduce) as Element[];

function infer(context: InferContext<Pool2dAttributes>, rule: PoolRule): InferredType[] {
  const { attributes } = context;
  const input = must(requireInputs(context, 1)[0], "input");
  requireType(input, ...typesOf(rule));
  checkRank(input, 4);
  const { batch, channels } = nhwc(input.type.shape);
  const { kernel, pads } = attributes;
  // A window that lies in the padding alone would be empty.
  if (pads.some((pad, side) => pad >= must(kernel[side % 2], "kernel size"))) {
    throw mismatch(`pads [${pads}] must be smaller than the window [${kernel}]`);
  }
  const [height, width] = windowOutput(axesOf(input.type.shape, attributes), pads);
  return [{ dtype: input.type.dtype, shape: [batch, height, width, channels] }];
}

function reference(
  { attributes, inputs, outputs }: ReferenceContext<Pool2dAttributes>,
  { reduce }: PoolRule,
): TensorData[] {
  const input = must(inputs[0], "input");
  const output = must(outputs[0], "output type");
  requireSameQuantization(input.type, output);
  const reduceWindow = must(reduce[input.type.dtype as Element], "a rule of the element type");
  const { min, max } = activationRange(attributes.activation, output);
  const axes = axesOf(input.type.shape, attributes);
  const source = nhwc(input.type.shape);
  const target = nhwc(output.shape);
  const result = newTensor(output);
  let element = 0;
  for (let batch = 0; batch < target.batch; batch++) {
    const plane = batch * source.height * source.width;
    for (let y = 0; y < target.height; y++) {
      for (let x = 0; x < target.width; x++) {
        const taps = windowTaps(axes, attributes.pads, y, x);
        for (let channel = 0; channel < target.channels; channel++) {
          const values = taps.map(({ pixel }) =>
            Number(input.data[(plane + pixel) * source.channels + channel]),
          );
          result[element++] = Math.min(Math.max(reduceWindow(values), min), max);
        }
      }
    }
  }
  return [result];
}

/** The kernel's accesses: `lanes` output elements at once, each from its channel of the window. */
function* accesses(
  axes: WindowAxes,
  pads: readonly number[],
  input: Nhwc,
  output: Nhwc,
  lanes: number,
): Generator<AccessStep> {
  const [vertical, horizontal] = axes;
  const { channels } = input;
  let pixel = 0;
  for (let image = 0; image < output.batch; image++) {
    for (let y = 0; y < output.height; y++) {
      const row = image * input.height + Math.max(y * vertical.stride - (pads[0] ?? 0), 0);
      for (let x = 0; x < output.width; x++) {
        const column = Math.max(x * horizontal.stride - (pads[1] ?? 0), 0);
        const first = (row * input.width + column) * channels;
        for (let channel = 0; channel < channels; channel += lanes) {
          const place = Math.min(channel, channels - lanes);
          yield { readsFrom: first + place, writtenTo: pixel + place + lanes };
        }
        pixel += channels;
      }
    }
  }
}

/** Bytes that the lane form takes at once, and the most that their 16-bit sums hold. */
const LANES = 8;
const LANE_COUNT_MAX = 257;

/** The kernel but for its entry, and what it is applied to. */
function kernelOf({ attributes, inputs, outputs }: KernelContext<Pool2dAttributes>) {
  const type = runtimeInput(inputs);
  const output = firstType(outputs);
  requireSameQuantization(type, output);
  const { min, max } = activationRange(attributes.activation, output);
  const axes = axesOf(type.shape, attributes);
  const sizes = [axes, attributes.pads, nhwc(type.shape), nhwc(output.shape)] as const;
  const bounds =
    type.dtype === "float32"
      ? { OUTPUT_LOW: min, OUTPUT_HIGH: max }
      : { OUTPUT_MIN: min, OUTPUT_MAX: max };
  const kernel = { source: "pool2d", constants: { ...windowConstants(...sizes), ...bounds } };
  const suffix = entrySuffixes[type.dtype as Element];
  return { type, output, axes, sizes, kernel, suffix };
}

function forms(context: KernelContext<Pool2dAttributes>, rule: PoolRule): KernelForm[] {
  const { type, output, axes, sizes, kernel, suffix } = kernelOf(context);
  const count = elementCount(output.shape);
  const window = axes[0].kernel * axes[1].kernel;
  const loop: KernelForm = {
    ...kernel,
    name: "loop",
    entry: `${rule.entry}${suffix}`,
    scratch: [],
    weights: new Uint8Array(),
    cost: elementCost([
      [count * window, rule.tap],
      [count, rule.output],
    ]),
    overlaps: [leadOverlap(accesses(...sizes, 1), dtypes[type.dtype].bytes)],
  };
  const isWide = type.dtype === "int8" && nhwc(type.shape).channels >= LANES;
  if (!rule.lanes || !isWide || window > LANE_COUNT_MAX) return [loop];
  const lanes: KernelForm = {
    ...loop,
    name: "lanes",
    entry: `${rule.entry}LanesInt8`,
    cost: elementCost([
      [(count / LANES) * window, rule.lanes.taps],
      [count, rule.lanes.output],
    ]),
    overlaps: [leadOverlap(accesses(...sizes, LANES), 1)],
  };
  return [lanes, loop];
}

/** A window over the whole image stays one; SAME padding follows the size. */
function resized(
  { attributes, inputs }: KernelContextTypes<Pool2dAttributes>,
  shape: Shape,
): Pool2dAttributes {
  const from = firstType(inputs).shape;
  const before = nhwc(from);
  const { height, width } = nhwc(shape);
  const isGlobal = `${attributes.kernel}` === `${[before.height, before.width]}`;
  if (isGlobal) return { ...attributes, kernel: [height, width] };
  const axes = [axesOf(from, attributes), axesOf(shape, attributes)] as const;
  return { ...attributes, pads: resizedPads(attributes.pads, ...axes) };
}

/** Windows leave out the columns beside a slab; rows outside the image would take part in it. */
function stream({
  attributes,
  inputs,
}: KernelContextTypes<Pool2dAttributes>): RowStream<Pool2dAttributes> | null {
  const input = firstType(inputs);
  const [top, , bottom] = attributes.pads;
  if (!isImage(input) || top !== 0 || bottom !== 0) return null;
  const [vertical] = axesOf(input.shape, attributes);
  return { reads: [windowReads(vertical, 0)], attributes };
}

/** A window that is the whole image needs of it only the totals of its channels. */
function total(
  context: KernelContext<Pool2dAttributes>,
  entry: string,
  adds: Required<PoolRule>["total"],
): RowTotal | null {
  const { type, axes, kernel, suffix } = kernelOf(context);
  const isWhole =
    axes.every((axis) => axis.kernel === axis.input) &&
    context.attributes.pads.every((pad) => pad === 0);
  if (!isWhole || !isImage(type)) return null;
  return rowTotal({
    ...adds,
    input: type,
    finish: { ...kernel, entry: `${entry}Totals${suffix}` },
  });
}

function rowsOf({ entry, total: adds }: PoolRule): RowTraits<Pool2dAttributes> {
  return adds ? { stream, total: (context) => total(context, entry, adds) } : { stream };
}

function read({ options, inputs }: TfliteReadContext) {
  const kernel = [Number(options.filter_height), Number(options.filter_width)];
  const strides = [Number(options.stride_h), Number(options.stride_w)];
  const input = must(inputs[0] ?? null, "input");
  checkRank(input, 4);
  const pads = padsOfTflite(
    Number(options.padding),
    windowAxes(input.type.shape, kernel, { strides }),
  );
  const activation = activationOfTflite(options);
  return { attributes: { kernel, strides, pads, activation }, inputs: [0] };
}

/** The first version of TFLite's operators that takes an element type. */
const versions: Readonly<Record<string, number>> = { int8: 2, int16: 3 };

function write({ attributes, inputs }: KernelContextTypes<Pool2dAttributes>) {
  const input = firstType(inputs);
  const padding = tflitePaddingOf(attributes.pads, axesOf(input.shape, attributes));
  if (padding === null) return null;
  const options = {
    padding,
    stride_w: attributes.strides[1] ?? 1,
    stride_h: attributes.strides[0] ?? 1,
    filter_width: attributes.kernel[1] ?? 1,
    filter_height: attributes.kernel[0] ?? 1,
    fused_activation_function: activations[attributes.activation].code,
  };
  return { options, inputs: sameOperands(inputs), version: versions[input.dtype] ?? 1 };
}

const spelling = (builtin: string, code: number): TfliteSpelling<Pool2dAttributes> => ({
  builtin,
  code,
  optionsType: 5,
  options: [
    { name: "padding", slot: 0, type: "int8", default: 0 },
    { name: "stride_w", slot: 1, type: "int32", default: 0 },
    { name: "stride_h", slot: 2, type: "int32", default: 0 },
    { name: "filter_width", slot: 3, type: "int32", default: 0 },
    { name: "filter_height", slot: 4, type: "int32", default: 0 },
    { name: "fused_activation_function", slot: 5, type: "int8", default: 0 },
  ],
  read,
  write,
});

export interface Pool2d {
  readonly name: string;
  readonly summary: string;
  readonly rule: PoolRule;
  readonly rewrites?: RewriteTraits<Pool2dAttributes>;
  readonly builtin: string;
  readonly code: number;
}

/** The operator as the registry holds it. */
export function pool2d({ name, summary, rule, rewrites, builtin, code }: Pool2d): AnyOp {
  return defineOp<Pool2dAttributes>({
    name,
    summary,
    attributes: pool2dSchema,
    infer: (context) => infer(context, rule),
    reference: (context) => reference(context, rule),
    rows: rowsOf(rule),
    rewrites: { resized, ...activationRewrites, ...rewrites },
    quantization: { output: { kind: "same" } },
    forms: (context) => forms(context, rule),
    tflite: [spelling(builtin, code)],
  });
}

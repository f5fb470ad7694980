/**
 * What conv2d, depthwise_conv2d and transpose_conv share: the walk over windows; and what the first
 * two share besides: attributes, shape inference and TFLite's spelling. A Convolution says in which
 * order an operator's weights meet a window, so the walk and the plain kernel know one case only.
 */
import { must } from "../../diagnostics/assert.ts";
import type { Tensor } from "../../ir/graph.ts";
import { newTensor, type Shape, type TensorData, viewTensor } from "../../ir/types.ts";
import type {
  InferContext,
  InferredType,
  KernelContextTypes,
  RewriteTraits,
  RowStream,
  TfliteOption,
  TfliteOptions,
  TfliteReadContext,
} from "../op.ts";
import { type Activation, activationField, activationRewrites, activations } from "./activation.ts";
import { type AttributeSchema, integers } from "./attributes.ts";
import { nhwc } from "./layout.ts";
import { linearArithmetic } from "./linear-arithmetic.ts";
import {
  checkLinear,
  checkRank,
  checkSymmetry,
  type LinearLayer,
  linearOperands,
} from "./linear-layer.ts";
import {
  padsOfTflite,
  resizedPads,
  sumOfPads,
  tflitePaddingOf,
  type WindowAxes,
  windowAxes,
  windowOutput,
  windowTaps,
} from "./padding.ts";
import { isImage, windowReads } from "./rows.ts";
import { activationOfTflite } from "./tflite-activation.ts";

export type ConvolutionAttributes = {
  /** [vertical, horizontal], as dilations. */
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  /** [top, left, bottom, right] */
  readonly pads: readonly number[];
  readonly activation: Activation;
};

export const convolutionSchema: AttributeSchema<ConvolutionAttributes> = {
  strides: integers(2, { min: 1 }),
  dilations: integers(2, { min: 1 }),
  pads: integers(4, { min: 0 }),
  activation: activationField,
};

/**
 * Whether a tap on a real zero contributes nothing, as one outside the input: quantised, its
 * product is 0. In float32 it is a zero of either sign, which changes no sum that began at +0: such
 * a sum is never -0. Only weights that are not finite make more of it.
 */
function ignoresZeros({ data, type }: Tensor): boolean {
  if (data === undefined) return false;
  return Array.from(viewTensor(type.dtype, data), Number).every(Number.isFinite);
}

export const convolutionRewrites: RewriteTraits<ConvolutionAttributes> = {
  ...activationRewrites,
  absorbPads: ({ attributes, inputs }, pads) => {
    const { weights } = linearOperands(inputs);
    if (!ignoresZeros(weights)) return null;
    return { ...attributes, pads: sumOfPads(attributes.pads, pads) };
  },
  resized: ({ attributes, inputs }, shape) => {
    const { input, weights } = linearOperands(inputs);
    const axesOf = (size: Shape) => convolutionAxes(size, weights.type.shape, attributes);
    const pads = resizedPads(attributes.pads, axesOf(input.type.shape), axesOf(shape));
    return { ...attributes, pads };
  },
};

/**
 * A convolution row by row. A slab holds the pads above and below and, where `columns` are "held",
 * those on either side too, so that a form which copies padded rows to a window needs none.
 */
export function streamConvolution(
  { attributes, inputs }: KernelContextTypes<ConvolutionAttributes>,
  columns: "held" | "padded",
): RowStream<ConvolutionAttributes> | null {
  const { input, weights } = linearOperands(inputs);
  const [top = 0, left = 0, bottom = 0, right = 0] = attributes.pads;
  const [sides, pads] =
    columns === "held"
      ? [{ left, right }, [0, 0, 0, 0]]
      : [{ left: 0, right: 0 }, [0, left, 0, right]];
  const held = top + bottom + sides.left + sides.right;
  const isExact = held === 0 || ignoresZeros(weights);
  if (!isImage(input.type) || !weights.data || !isExact) return null;
  const [vertical] = convolutionAxes(input.type.shape, weights.type.shape, attributes);
  return {
    reads: [{ ...windowReads(vertical, top), ...sides }],
    attributes: { ...attributes, pads },
  };
}

/** Weights are [*, height, width, *] in both operators. */
export function convolutionAxes(
  input: Shape,
  weights: Shape,
  attributes: Pick<ConvolutionAttributes, "strides" | "dilations">,
): WindowAxes {
  return windowAxes(input, weights.slice(1, 3), attributes);
}

/** Shape inference; checkChannels throws when the weights' channels do not fit the input's. */
export function inferConvolution(
  { attributes, inputs, outputCount }: InferContext<ConvolutionAttributes>,
  channelAxis: number,
  checkChannels: (inputChannels: number, weights: Shape) => void,
): InferredType[] {
  for (const operand of inputs.slice(0, 2)) checkRank(operand, 4);
  const { input, weights } = checkLinear(inputs, outputCount, channelAxis);
  checkSymmetry(weights);
  const { batch, channels } = nhwc(input.type.shape);
  checkChannels(channels, weights.type.shape);
  const axes = convolutionAxes(input.type.shape, weights.type.shape, attributes);
  const [height, width] = windowOutput(axes, attributes.pads);
  const outputChannels = must(weights.type.shape[channelAxis], "channel axis of weights");
  return [{ dtype: input.type.dtype, shape: [batch, height, width, outputChannels] }];
}

/** A layer as windows over an input, each read by one filter for every output channel. */
export interface Convolution {
  readonly layer: LinearLayer;
  readonly axes: WindowAxes;
  /** [top, left] positions of the first window before the input; more may follow. */
  readonly pads: readonly number[];
  /** Every window lies inside the input. */
  readonly whole: boolean;
  /**
   * Input channels that one filter reads. The outputs divide into as many groups as this divides
   * the input's channels, and each group reads its own.
   */
  readonly depth: number;
  /** Weights of every output channel, tap by tap. */
  readonly filters: readonly (readonly number[])[];
}

/** The windows of an operator with ConvolutionAttributes. */
export function windowsOf(
  layer: LinearLayer,
  attributes: ConvolutionAttributes,
  depth: number,
  filters: readonly (readonly number[])[],
): Convolution {
  const axes = convolutionAxes(layer.input.shape, layer.weights.type.shape, attributes);
  const { pads } = attributes;
  return { layer, axes, pads, whole: pads.every((pad) => pad === 0), depth, filters };
}

/** Reference semantics: every output pixel in order, every channel of it, one sum each. */
export function referenceConvolution(convolution: Convolution, data: TensorData): TensorData[] {
  const { layer, axes, pads, depth, filters } = convolution;
  const input = data as ArrayLike<number>;
  const source = nhwc(layer.input.shape);
  const target = nhwc(layer.output.shape);
  const group = (target.channels * depth) / source.channels;
  const { multiplyAdd, finish } = linearArithmetic(layer, target.channels);
  const output = newTensor(layer.output);
  let element = 0;
  for (let batch = 0; batch < target.batch; batch++) {
    const plane = batch * source.height * source.width;
    for (let y = 0; y < target.height; y++) {
      for (let x = 0; x < target.width; x++) {
        const taps = windowTaps(axes, pads, y, x);
        for (let channel = 0; channel < target.channels; channel++) {
          const first = Math.floor(channel / group) * depth;
          const filter = must(filters[channel], "a filter");
          let sum = 0;
          for (const { index, pixel } of taps) {
            const from = (plane + pixel) * source.channels + first;
            for (let c = 0; c < depth; c++) {
              const weight = filter[index * depth + c] as number;
              sum = multiplyAdd(sum, input[from + c] as number, weight);
            }
          }
          output[element++] = finish(sum, channel);
        }
      }
    }
  }
  return [output];
}

/** Fields of Conv2DOptions, which DepthwiseConv2DOptions begins with except for one insertion. */
const fields: readonly Omit<TfliteOption, "slot">[] = [
  { name: "padding", type: "int8", default: 0 },
  { name: "stride_w", type: "int32", default: 0 },
  { name: "stride_h", type: "int32", default: 0 },
  { name: "fused_activation_function", type: "int8", default: 0 },
  { name: "dilation_w_factor", type: "int32", default: 1 },
  { name: "dilation_h_factor", type: "int32", default: 1 },
];

export const convolutionOptions: readonly TfliteOption[] = fields.map((field, slot) => ({
  ...field,
  slot,
}));

export const depthwiseOptions: readonly TfliteOption[] = [
  ...convolutionOptions.slice(0, 3),
  { name: "depth_multiplier", slot: 3, type: "int32", default: 0 },
  ...convolutionOptions.slice(3).map((option) => ({ ...option, slot: option.slot + 1 })),
];

export function readConvolution({ options, inputs }: TfliteReadContext) {
  const { input, weights } = linearOperands(inputs);
  const strides = [Number(options.stride_h), Number(options.stride_w)];
  const dilations = [Number(options.dilation_h_factor), Number(options.dilation_w_factor)];
  const axes = convolutionAxes(input.type.shape, weights.type.shape, { strides, dilations });
  const pads = padsOfTflite(Number(options.padding), axes);
  const attributes = { strides, dilations, pads, activation: activationOfTflite(options) };
  return { attributes, inputs: inputs.map((_, index) => index) };
}

/** The options both operators write; null when the pads are neither SAME nor VALID. */
export function writeConvolution(
  attributes: ConvolutionAttributes,
  inputs: readonly (Tensor | null)[],
): TfliteOptions | null {
  const { input, weights } = linearOperands(inputs);
  const axes = convolutionAxes(input.type.shape, weights.type.shape, attributes);
  const padding = tflitePaddingOf(attributes.pads, axes);
  if (padding === null) return null;
  const pair = (values: readonly number[], index: number) => must(values[index], "a pair");
  return {
    padding,
    stride_w: pair(attributes.strides, 1),
    stride_h: pair(attributes.strides, 0),
    fused_activation_function: activations[attributes.activation].code,
    dilation_w_factor: pair(attributes.dilations, 1),
    dilation_h_factor: pair(attributes.dilations, 0),
  };
}

/**
 * transpose_conv: every input pixel adds its multiple of each filter to a window of the output.
 *
 * NHWC input, weights [outputChannels, height, width, inputChannels]. Filter element k of input
 * element i falls on output element i * stride - pad + k. Seen from an output element this is a
 * convolution without strides over an input whose elements lie `stride` apart, with the filter
 * turned round, and so it is computed: sums need no memory and meet the input in its order, as
 * those of TFLite's reference kernel do (reference/integer_ops/transpose_conv.h).
 */
import { must } from "../diagnostics/assert.ts";
import type { Tensor } from "../ir/graph.ts";
import { elementCount, type Shape } from "../ir/types.ts";
import {
  defineOp,
  type InferContext,
  type InferredType,
  type KernelContextTypes,
  type TfliteOperand,
  type TfliteOption,
  type TfliteReadContext,
} from "./op.ts";
import {
  type Activation,
  activationField,
  activationRewrites,
  activations,
} from "./shared/activation.ts";
import { integers } from "./shared/attributes.ts";
import { filterAt } from "./shared/channel-records.ts";
import { type Convolution, referenceConvolution } from "./shared/convolution.ts";
import { convolutionLoop } from "./shared/convolution-loop.ts";
import { nhwc } from "./shared/layout.ts";
import {
  biasTypeField,
  biasTypeOption,
  checkLinear,
  checkRank,
  checkSymmetry,
  kernelLayer,
  type LinearLayer,
  linearOperands,
  referenceLayer,
  type SumConvention,
} from "./shared/linear-layer.ts";
import { constantIntegers, mismatch } from "./shared/operands.ts";
import { padsOfTflite, tflitePaddingOf, type WindowAxes, windowAxes } from "./shared/padding.ts";
import { activationOfTflite } from "./shared/tflite-activation.ts";

export type TransposeConvAttributes = {
  /** [vertical, horizontal], as outputSize. */
  readonly strides: readonly number[];
  /** Output elements before the first filter element of the first input: [top, left]. */
  readonly pads: readonly number[];
  /** Elements that no filter reaches have the bias alone. */
  readonly outputSize: readonly number[];
  readonly activation: Activation;
};

/** The axis of the weights that output channels, and so scales, belong to. */
const OUTPUT_CHANNELS = 0;

/**
 * With one scale for all channels TFLite runs XNNPACK's int8 kernel; its own, for every other
 * layer, rounds twice.
 */
const sums: SumConvention = {
  unbiasedNarrow: true,
  roundsTwice: (input, weights) =>
    input.dtype === "int16" || (weights.quantization?.scale.length ?? 1) > 1,
};

function infer(context: InferContext<TransposeConvAttributes>): InferredType[] {
  const { attributes, inputs, outputCount } = context;
  for (const operand of inputs.slice(0, 2)) checkRank(operand, 4);
  const { input, weights } = checkLinear(inputs, outputCount, OUTPUT_CHANNELS);
  checkSymmetry(weights);
  const { batch, channels } = nhwc(input.type.shape);
  const { batch: outputs, channels: depth } = nhwc(weights.type.shape);
  if (channels !== depth) {
    const taken = `the weights [${weights.type.shape}] take ${depth}`;
    throw mismatch(`the input has ${channels} channels, ${taken}`);
  }
  return [{ dtype: input.type.dtype, shape: [batch, ...attributes.outputSize, outputs] }];
}

function windows(layer: LinearLayer, attributes: TransposeConvAttributes): Convolution {
  const { shape } = layer.weights.type;
  const { batch: outputs, height, width, channels: depth } = nhwc(shape);
  const spread = windowAxes(layer.input.shape, [height, width], attributes);
  const axis = ({ input, kernel, stride }: WindowAxes[number]) => ({
    ...{ input, kernel, stride: 1, dilation: 1, spread: stride },
  });
  const axes: WindowAxes = [axis(spread[0]), axis(spread[1])];
  const pads = axes.map(({ kernel }, index) => kernel - 1 - (attributes.pads[index] ?? 0));
  const filters = Array.from({ length: outputs }, (_, channel) =>
    turned(layer, channel * height * width, height * width, depth),
  );
  return { layer, axes, pads, whole: false, depth, filters };
}

/** The filter that starts at tap `first`, its taps in reverse. */
function turned(layer: LinearLayer, first: number, taps: number, depth: number): number[] {
  return Array.from({ length: taps }, (_, tap) =>
    filterAt(layer, (first + taps - 1 - tap) * depth, 1, depth),
  ).flat();
}

function macs({ inputs }: KernelContextTypes<TransposeConvAttributes>): number {
  const { input, weights } = linearOperands(inputs);
  const { batch, height, width } = nhwc(input.type.shape);
  return batch * height * width * elementCount(weights.type.shape);
}

/** Both schemes of padding are those of the convolution from the output back to the input. */
function backwardAxes(output: readonly number[], weights: Shape, strides: readonly number[]) {
  return windowAxes([1, ...output, 1], weights.slice(1, 3), { strides });
}

const options: readonly TfliteOption[] = [
  { name: "padding", slot: 0, type: "int8", default: 0 },
  { name: "stride_w", slot: 1, type: "int32", default: 0 },
  { name: "stride_h", slot: 2, type: "int32", default: 0 },
  { name: "fused_activation_function", slot: 3, type: "int8", default: 0 },
  biasTypeOption(4),
];

/** The file's operands: output shape, weights, input, bias. */
function read({ options, inputs, outputs }: TfliteReadContext) {
  const [size, weights] = inputs;
  // Where the shape is computed, the output's own is what the file's converter made of it.
  const shape = size?.data ? constantIntegers(size, "shape") : outputs[0]?.type.shape;
  const outputSize = must(shape, "output shape").slice(1, 3);
  const strides = [Number(options.stride_h), Number(options.stride_w)];
  const axes = backwardAxes(outputSize, must(weights, "weights operand").type.shape, strides);
  const pads = padsOfTflite(Number(options.padding), axes).slice(0, 2);
  const attributes = { strides, pads, outputSize, activation: activationOfTflite(options) };
  return { attributes, inputs: inputs.length > 3 ? [2, 1, 3] : [2, 1] };
}

/** What of the filters' whole reach lies around the output: [top, left, bottom, right]. */
function cutOff(input: Shape, weights: Shape, attributes: TransposeConvAttributes): number[] {
  const { strides, pads, outputSize } = attributes;
  const after = windowAxes(input, weights.slice(1, 3), { strides }).map((axis, index) => {
    const reach = (axis.input - 1) * axis.stride + axis.kernel;
    return Math.max(0, reach - (outputSize[index] ?? 0)) - (pads[index] ?? 0);
  });
  return [...pads, ...after];
}

function write({ attributes, inputs, outputs }: KernelContextTypes<TransposeConvAttributes>) {
  const { input, weights } = linearOperands(inputs);
  const { strides, outputSize, activation } = attributes;
  const axes = backwardAxes(outputSize, weights.type.shape, strides);
  const padding = tflitePaddingOf(cutOff(input.type.shape, weights.type.shape, attributes), axes);
  if (padding === null) return null;
  return {
    options: {
      padding,
      stride_w: must(strides[1], "horizontal stride"),
      stride_h: must(strides[0], "vertical stride"),
      fused_activation_function: activations[activation].code,
      ...biasTypeField(inputs),
    },
    inputs: fileOperands(inputs, must(outputs[0], "output").type.shape),
    version: version(attributes, inputs),
  };
}

function fileOperands(inputs: readonly (Tensor | null)[], shape: Shape): TfliteOperand[] {
  const sizes = { kind: "constant", name: "shape", dtype: "int32", shape: [4] } as const;
  const operand = (index: number) => ({ kind: "input", index }) as const;
  const both: TfliteOperand[] = [{ ...sizes, values: shape }, operand(1), operand(0)];
  return inputs[2] ? [...both, operand(2)] : both;
}

/** The first version of the file's operator that has what this node uses (op_version.cc). */
function version({ activation }: TransposeConvAttributes, inputs: readonly (Tensor | null)[]) {
  if (activation !== "none") return 4;
  if (inputs[2]) return 3;
  return inputs[0]?.type.dtype === "float32" ? 1 : 2;
}

export const transposeConv = defineOp<TransposeConvAttributes>({
  name: "transpose_conv",
  summary: "transposed 2-D convolution, with bias and fused activation",
  attributes: {
    strides: integers(2, { min: 1 }),
    pads: integers(2, { min: 0 }),
    outputSize: integers(2, { min: 1 }),
    activation: activationField,
  },
  rewrites: activationRewrites,
  infer,
  reference: (context) => {
    const { layer, input } = referenceLayer(context, "double", sums);
    return referenceConvolution(windows(layer, context.attributes), input.data);
  },
  macs,
  quantization: {
    output: { kind: "calibrated" },
    weights: { input: 1, axis: OUTPUT_CHANNELS },
    bias: { input: 2 },
  },
  forms: (context) => [
    convolutionLoop(windows(kernelLayer(context, "double", sums), context.attributes)),
  ],
  tflite: [{ builtin: "TRANSPOSE_CONV", code: 67, optionsType: 49, options, read, write }],
});

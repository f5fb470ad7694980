/**
 * conv2d: every output channel sums over a window of all input channels of its group.
 *
 * NHWC input, weights [outputChannels, height, width, depth] (TFLite's OHWI). The input has a whole
 * number of groups of `depth` channels; the first outputs read the first group, and so on. An
 * output element is finish(sum over taps and depth of input * weight); padded taps add nothing.
 */
import { must } from "../diagnostics/assert.ts";
import { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Tensor } from "../ir/graph.ts";
import { type DType, elementCount, type Shape } from "../ir/types.ts";
import { conv2dForms } from "./forms/conv2d-forms.ts";
import { defineOp, type KernelContext, type KernelForm, type TfliteOperand } from "./op.ts";
import { filterAt } from "./shared/channel-records.ts";
import {
  type Convolution,
  type ConvolutionAttributes,
  convolutionOptions,
  convolutionRewrites,
  convolutionSchema,
  inferConvolution,
  readConvolution,
  referenceConvolution,
  streamConvolution,
  windowsOf,
  writeConvolution,
} from "./shared/convolution.ts";
import { convolutionLoop } from "./shared/convolution-loop.ts";
import { nhwc } from "./shared/layout.ts";
import {
  biasTypeField,
  biasTypeOption,
  kernelLayer,
  type LinearLayer,
  linearMacs,
  linearOperands,
  referenceLayer,
  sameOperands,
} from "./shared/linear-layer.ts";

/** The axis of the weights that output channels, and so scales, belong to. */
const OUTPUT_CHANNELS = 0;

function checkChannels(channels: number, weights: Shape): void {
  const { batch: outputs, channels: depth } = nhwc(weights);
  if (channels % depth === 0 && outputs % (channels / depth) === 0) return;
  throw new Diagnostic("EF2002", {
    message: `the input has ${channels} channels, the weights [${weights}] take ${depth}`,
    next: ["a grouped convolution divides inputs and outputs into equally many whole groups"],
  });
}

function windows(layer: LinearLayer, attributes: ConvolutionAttributes): Convolution {
  const { shape } = layer.weights.type;
  const { batch: outputs, channels: depth } = nhwc(shape);
  const taps = elementCount(shape) / outputs;
  const filters = Array.from({ length: outputs }, (_, channel) =>
    filterAt(layer, channel * taps, 1, taps),
  );
  return windowsOf(layer, attributes, depth, filters);
}

function forms(context: KernelContext<ConvolutionAttributes>): readonly KernelForm[] {
  const layer = kernelLayer(context, "double");
  const convolution = windows(layer, context.attributes);
  const isGrouped = nhwc(layer.input.shape).channels !== convolution.depth;
  return [...(isGrouped ? [] : conv2dForms(context)), convolutionLoop(convolution)];
}

const biasTypes: Partial<Record<DType, DType>> = {
  ...{ int8: "int32", int16: "int64", float32: "float32" },
};

/** TFLite's CONV_2D insists on a bias. */
function withBias(inputs: readonly (Tensor | null)[]): readonly TfliteOperand[] {
  const { input, weights, bias } = linearOperands(inputs);
  if (bias) return sameOperands(inputs);
  const channels = must(weights.type.shape[OUTPUT_CHANNELS], "output channels");
  const dtype = must(biasTypes[input.type.dtype], "type of a bias");
  const values = Array.from({ length: channels }, () => 0);
  const zeros = { kind: "constant", name: "bias", dtype, shape: [channels], values } as const;
  return [...sameOperands(inputs), zeros];
}

/** The file's first version for each element type. */
const versions: Partial<Record<DType, number>> = { int8: 3, int16: 4 };

export const conv2d = defineOp<ConvolutionAttributes>({
  name: "conv2d",
  summary: "2-D convolution over all input channels, with bias and fused activation",
  attributes: convolutionSchema,
  infer: (context) => inferConvolution(context, OUTPUT_CHANNELS, checkChannels),
  reference: (context) => {
    const { layer, input } = referenceLayer(context, "double");
    return referenceConvolution(windows(layer, context.attributes), input.data);
  },
  macs: (context) => linearMacs(context, OUTPUT_CHANNELS),
  rows: { stream: (context) => streamConvolution(context, "held") },
  rewrites: convolutionRewrites,
  quantization: {
    output: { kind: "calibrated" },
    weights: { input: 1, axis: OUTPUT_CHANNELS },
    bias: { input: 2 },
  },
  forms,
  tflite: [
    {
      builtin: "CONV_2D",
      code: 3,
      optionsType: 1,
      options: [...convolutionOptions, biasTypeOption(convolutionOptions.length)],
      read: readConvolution,
      write: ({ attributes, inputs }) => {
        const options = writeConvolution(attributes, inputs);
        const version = versions[inputs[0]?.type.dtype ?? "float32"] ?? 1;
        return (
          options && {
            options: { ...options, ...biasTypeField(inputs) },
            inputs: withBias(inputs),
            version,
          }
        );
      },
    },
  ],
});

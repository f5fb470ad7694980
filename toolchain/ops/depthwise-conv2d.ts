/**
 * depthwise_conv2d: every output channel sums over a window of one input channel.
 *
 * NHWC input, weights [1, height, width, outputChannels]; output channel o reads input channel
 * floor(o / multiplier), multiplier = outputChannels / inputChannels (TFLite's depth_multiplier).
 */
import { must } from "../diagnostics/assert.ts";
import { Diagnostic } from "../diagnostics/diagnostic.ts";
import { elementCount, type Shape } from "../ir/types.ts";
import { depthwisePackedForms } from "./forms/depthwise-packed.ts";
import { depthwiseSingleForms } from "./forms/depthwise-single.ts";
import { defineOp, type KernelContext, type KernelForm } from "./op.ts";
import { channelRecords, filterAt } from "./shared/channel-records.ts";
import { quantizedConstants, zeroPointOf } from "./shared/channel-requantization.ts";
import {
  type Convolution,
  type ConvolutionAttributes,
  convolutionRewrites,
  convolutionSchema,
  depthwiseOptions,
  inferConvolution,
  readConvolution,
  referenceConvolution,
  streamConvolution,
  windowsOf,
  writeConvolution,
} from "./shared/convolution.ts";
import { convolutionLoop } from "./shared/convolution-loop.ts";
import { kernelCost, macInstructions } from "./shared/kernel-cost.ts";
import { type Nhwc, nhwc } from "./shared/layout.ts";
import {
  kernelLayer,
  type LinearLayer,
  linearMacs,
  referenceLayer,
  sameOperands,
} from "./shared/linear-layer.ts";
import { tapsInside, type WindowAxes, type WindowAxis, windowConstants } from "./shared/padding.ts";
import { planeOverlap } from "./shared/plane-overlap.ts";

/** The axis of the weights that output channels, and so scales, belong to. */
const OUTPUT_CHANNELS = 3;

function checkChannels(channels: number, weights: Shape): void {
  const [leading, , , outputs = 0] = weights;
  if (leading === 1 && outputs % channels === 0) return;
  throw new Diagnostic("EF2002", {
    message: `weights [${weights}] do not fit an input of ${channels} channels`,
  });
}

/** Filters lie side by side: their taps are a pixel's channels apart. */
function windows(layer: LinearLayer, attributes: ConvolutionAttributes): Convolution {
  const { height, width, channels } = nhwc(layer.weights.type.shape);
  const filters = Array.from({ length: channels }, (_, channel) =>
    filterAt(layer, channel, channels, height * width),
  );
  return windowsOf(layer, attributes, 1, filters);
}

/** Taps that a straight-line body may have: its length is native stack where calls cannot tail. */
const REGISTER_TAPS_MAX = 32;

function forms(context: KernelContext<ConvolutionAttributes>): readonly KernelForm[] {
  const layer = kernelLayer(context, "double");
  const convolution = windows(layer, context.attributes);
  const loop = convolutionLoop(convolution);
  if (layer.input.dtype !== "int8") return [loop];
  const packed = [
    ...depthwiseSingleForms(context),
    ...depthwisePackedForms(layer, convolution.axes, context.attributes),
  ];
  const { height, width } = nhwc(layer.weights.type.shape);
  if (height * width > REGISTER_TAPS_MAX) return [...packed, loop];
  return [...packed, registersForm(convolution), loop];
}

function registersForm({ layer, axes, pads, filters }: Convolution): KernelForm {
  const { bytes, recordBytes } = channelRecords(
    layer,
    filters,
    ({ mantissa, shift, bias, foldedBias }) => [mantissa, shift, bias, foldedBias],
  );
  const [input, output] = [nhwc(layer.input.shape), nhwc(layer.output.shape)];
  const taps = axes[0].kernel * axes[1].kernel;
  const outputs = elementCount(layer.output.shape);
  const inside = windowsInside(axes, pads, output) * input.batch * output.channels;
  return {
    name: "registers",
    source: "depthwise-conv2d",
    entry: "depthwiseConv2d",
    constants: {
      ...windowConstants(axes, pads, input, output),
      ...quantizedConstants(layer),
      INPUT_ZERO: zeroPointOf(layer.input),
      RECORD: recordBytes,
    },
    scratch: [{ name: "filter", bytes: recordBytes, alignment: 4 }],
    weights: bytes,
    cost: kernelCost({
      macs: [
        [inside * taps, macInstructions.weightInLocal],
        [(outputs - inside) * taps, macInstructions.indexed],
      ],
      outputs,
      pulls: output.channels,
      weightBytesRead: bytes.length,
      unrolledMacs: taps,
    }),
    overlaps:
      input.channels === output.channels
        ? [planeOverlap({ axes, pads, input, output }, input.channels)]
        : [],
  };
}

/** Output pixels whose whole window is inside the input. */
function windowsInside(axes: WindowAxes, pads: readonly number[], output: Nhwc): number {
  const [top = 0, left = 0] = pads;
  const rows = positionsInside(axes[0], output.height, top);
  return rows * positionsInside(axes[1], output.width, left);
}

/** Positions of a window along one axis at which all its taps are inside the input. */
function positionsInside(axis: WindowAxis, positions: number, before: number): number {
  let count = 0;
  for (let position = 0; position < positions; position++) {
    const [first, end] = tapsInside(axis, position * axis.stride - before);
    if (end - first === axis.kernel) count += 1;
  }
  return count;
}

function version(dtype: string | undefined, { dilations }: ConvolutionAttributes): number {
  if (dtype === "int16") return 5;
  if (dtype === "int8") return 3;
  return dilations.some((dilation) => dilation > 1) ? 2 : 1;
}

export const depthwiseConv2d = defineOp<ConvolutionAttributes>({
  name: "depthwise_conv2d",
  summary: "2-D convolution of each input channel by itself, with bias and fused activation",
  attributes: convolutionSchema,
  infer: (context) => inferConvolution(context, OUTPUT_CHANNELS, checkChannels),
  reference: (context) => {
    const { layer, input } = referenceLayer(context, "double");
    return referenceConvolution(windows(layer, context.attributes), input.data);
  },
  macs: (context) => linearMacs(context, OUTPUT_CHANNELS),
  rows: { stream: (context) => streamConvolution(context, "padded") },
  rewrites: convolutionRewrites,
  quantization: {
    output: { kind: "calibrated" },
    weights: { input: 1, axis: OUTPUT_CHANNELS },
    bias: { input: 2 },
  },
  forms,
  tflite: [
    {
      builtin: "DEPTHWISE_CONV_2D",
      code: 4,
      optionsType: 2,
      options: depthwiseOptions,
      read: readConvolution,
      write: ({ attributes, inputs, outputs }) => {
        const options = writeConvolution(attributes, inputs);
        if (options === null) return null;
        const channels = nhwc(must(inputs[0], "input").type.shape).channels;
        const outputChannels = nhwc(must(outputs[0], "output").type.shape).channels;
        return {
          options: { ...options, depth_multiplier: outputChannels / channels },
          inputs: sameOperands(inputs),
          version: version(inputs[0]?.type.dtype, attributes),
        };
      },
    },
  ],
});

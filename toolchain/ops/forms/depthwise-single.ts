/**
 * The fast forms of an int8 depthwise_conv2d whose input has one channel: every output channel
 * reads that one, so it is a conv2d, and the forms of that serve it. Only the weights lie
 * otherwise: [1, height, width, outputs] here, [outputs, height, width, 1] there.
 */
import { must } from "../../diagnostics/assert.ts";
import type { Tensor } from "../../ir/graph.ts";
import type { KernelContext, KernelForm } from "../op.ts";
import type { ConvolutionAttributes } from "../shared/convolution.ts";
import { nhwc } from "../shared/layout.ts";
import { conv2dForms } from "./conv2d-forms.ts";

export function depthwiseSingleForms(
  context: KernelContext<ConvolutionAttributes>,
): readonly KernelForm[] {
  const [input, weights, ...rest] = context.inputs;
  if (!input || !weights || nhwc(input.type.shape).channels !== 1) return [];
  return conv2dForms({ ...context, inputs: [input, filtersFirst(weights), ...rest] });
}

/** The weights with a filter's taps side by side. */
function filtersFirst(weights: Tensor): Tensor {
  const { height, width, channels } = nhwc(weights.type.shape);
  const data = must(weights.data, "constant weights");
  const taps = height * width;
  const moved = data.map((_, at) => data[(at % taps) * channels + Math.floor(at / taps)] ?? 0);
  const { quantization, ...type } = weights.type;
  return {
    ...weights,
    data: moved,
    type: {
      ...type,
      shape: [channels, height, width, 1],
      ...(quantization && { quantization: { ...quantization, axis: 0 } }),
    },
  };
}

/** The fast ways to run an int8 conv2d of one group, fastest first; the plain loop is not here. */
import { elementCount } from "../../ir/types.ts";
import type { KernelContext, KernelForm } from "../op.ts";
import { type ConvolutionAttributes, convolutionAxes } from "../shared/convolution.ts";
import { nhwc } from "../shared/layout.ts";
import { kernelLayer } from "../shared/linear-layer.ts";
import { packer } from "../shared/packed-lanes.ts";
import { conv2dPackedForms } from "./conv2d-packed.ts";
import { conv2dSharedForms } from "./conv2d-shared.ts";

export function conv2dForms(context: KernelContext<ConvolutionAttributes>): readonly KernelForm[] {
  const layer = kernelLayer(context, "double");
  const { input, weights } = layer;
  const output = nhwc(layer.output.shape);
  if (output.batch > 1) return [];
  const { pads } = context.attributes;
  const axes = convolutionAxes(input.shape, weights.type.shape, context.attributes);
  const shape = { layer, axes, pads, input: nhwc(input.shape), output };
  const taps = elementCount(weights.type.shape) / output.channels;
  const pack = packer(layer, output.channels, taps);
  return [...conv2dPackedForms(shape, pack), ...conv2dSharedForms(shape, pack)];
}

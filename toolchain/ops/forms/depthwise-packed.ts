/**
 * The fast forms of an int8 depthwise_conv2d: channel planes whose columns are packed three pixels
 * to an i64 (kernels-as/depthwise-slide.ts), fastest first; layers share the last one's code.
 */
import type { KernelForm } from "../op.ts";
import type { ConvolutionAttributes } from "../shared/convolution.ts";
import type { LinearLayer } from "../shared/linear-layer.ts";
import type { WindowAxes } from "../shared/padding.ts";
import { depthwiseCarryForms } from "./depthwise-carry.ts";
import { planesOf } from "./depthwise-planes.ts";
import { depthwiseSharedForms } from "./depthwise-shared.ts";
import { depthwiseSlideForms } from "./depthwise-slide.ts";

export function depthwisePackedForms(
  layer: LinearLayer,
  axes: WindowAxes,
  attributes: ConvolutionAttributes,
): KernelForm[] {
  const planes = planesOf(layer, axes, attributes);
  const forms = [depthwiseCarryForms, depthwiseSlideForms, depthwiseSharedForms];
  return planes === null ? [] : forms.flatMap((formsOf) => formsOf(planes));
}

/**
 * int8 to int8 through one gemmlowp multiplication: out = clamp(Z + rescale(x - z)). What relu and
 * the builtin requantisation have in common, in TypeScript and as a kernel without a table.
 */
import { elementCount, type TensorType } from "../ir/types.ts";
import { quantizeMultiplier, requantize } from "../numeric/requantize.ts";
import type { Range } from "./activation.ts";
import { elementCost } from "./element-cost.ts";
import type { KernelForm } from "./op.ts";
import { quantizationOf } from "./operands.ts";

const factorOf = (input: TensorType, output: TensorType) =>
  quantizeMultiplier(quantizationOf(input).scale / quantizationOf(output).scale);

export function rescaler(
  input: TensorType,
  output: TensorType,
  { min, max }: Range,
): (value: number) => number {
  const factor = factorOf(input, output);
  const { zeroPoint } = quantizationOf(input);
  const outputZero = quantizationOf(output).zeroPoint;
  return (value) => {
    const scaled = requantize(value - zeroPoint, factor, "tflm") + outputZero;
    return Math.min(Math.max(scaled, min), max);
  };
}

export function rescaleForm(
  input: TensorType,
  output: TensorType,
  { min, max }: Range,
): KernelForm {
  const factor = factorOf(input, output);
  const elements = elementCount(output.shape);
  return {
    name: "loop",
    source: "rescale",
    entry: "rescale",
    constants: {
      ELEMENTS: elements,
      MANTISSA: BigInt(factor.mantissa),
      SHIFT: factor.shift,
      INPUT_ZERO: quantizationOf(input).zeroPoint,
      OUTPUT_ZERO: quantizationOf(output).zeroPoint,
      OUTPUT_MIN: min,
      OUTPUT_MAX: max,
    },
    scratch: [],
    weights: new Uint8Array(),
    cost: elementCost([[elements, { memory: 2, narrow: 6, wide: 12, set: 4, loop: 1 }]]),
  };
}

/**
 * Activations that fuse into the operator before them, as TFLite's ActivationFunctionType.
 * A fused activation is a clamp of the output; quantised bounds are zeroPoint + round(x / scale)
 * limited to the element type's range (TFLite CalculateActivationRangeQuantized).
 */
import { must } from "../../diagnostics/assert.ts";
import type { DType, TensorType } from "../../ir/types.ts";
import { roundHalfAway } from "../../numeric/round.ts";
import { oneOf } from "./attributes.ts";

/** Real bounds of each activation; TFLite's enumeration value is the code. */
export const activations = {
  none: { code: 0, min: Number.NEGATIVE_INFINITY, max: Number.POSITIVE_INFINITY },
  relu: { code: 1, min: 0, max: Number.POSITIVE_INFINITY },
  relu_n1_to_1: { code: 2, min: -1, max: 1 },
  relu6: { code: 3, min: 0, max: 6 },
} as const;

export type Activation = keyof typeof activations;

export const activationField = oneOf(...Object.keys(activations));

/** The activation that is one and then a clamp to real bounds; null where there is none. */
export function clampedFurther(own: Activation, range: Range): Activation | null {
  const min = Math.max(activations[own].min, range.min);
  const max = Math.min(activations[own].max, range.max);
  const names = Object.keys(activations) as Activation[];
  const isSame = (name: Activation) =>
    activations[name].min === min && activations[name].max === max;
  return names.find(isSame) ?? null;
}

/** Operators whose attribute `activation` is the last thing that they do to an element. */
export const activationRewrites = {
  absorbClamp: <A extends { readonly activation: Activation }>(attributes: A, range: Range) => {
    const activation = clampedFurther(attributes.activation, range);
    return activation === null ? null : { ...attributes, activation };
  },
};

export interface Range {
  readonly min: number;
  readonly max: number;
}

const integerRange: Readonly<Record<string, Range>> = {
  int8: { min: -128, max: 127 },
  uint8: { min: 0, max: 255 },
  int16: { min: -32768, max: 32767 },
  int32: { min: -(2 ** 31), max: 2 ** 31 - 1 },
};

/** All values of an integer type. */
export const integerRangeOf = (dtype: DType): Range =>
  must(integerRange[dtype], `integer range of ${dtype}`);

/** Bounds of an activation's output, in the output's own units (quantised or real). */
export function activationRange(activation: Activation, output: TensorType): Range {
  return rangeOf(activations[activation], output);
}

/** Real bounds in the output's own units. */
export function rangeOf({ min, max }: Range, output: TensorType): Range {
  if (output.dtype === "float32") return { min, max };
  const limits = integerRangeOf(output.dtype);
  const scale = must(output.quantization?.scale[0], "output scale");
  const zeroPoint = must(output.quantization?.zeroPoint[0], "output zero point");
  const quantise = (real: number) => zeroPoint + roundHalfAway(Math.fround(real / scale));
  return {
    min: Math.max(limits.min, min === Number.NEGATIVE_INFINITY ? limits.min : quantise(min)),
    max: Math.min(limits.max, max === Number.POSITIVE_INFINITY ? limits.max : quantise(max)),
  };
}

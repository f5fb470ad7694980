/**
 * relu: a clamp as an operator of its own. relu6, relu_n1_to_1 and relu_0_to_1 differ only in the
 * bounds.
 *
 * int8, int16: rescaled to the output with gemmlowp's rounding, then clamped to
 * zeroPoint + round(bound / scale), under both contracts; the quotient of the scales is a float32
 * in TensorFlow Lite and a float64 in TensorFlow Lite Micro (activations.cc, QuantizedReluX;
 * micro/kernels/activations_common.cc). The latter's RELU6 clamps in the input's units and leaves
 * its integers as they are, whatever the output's scale. TensorFlow Lite has not all combinations
 * of bounds and types; those that it lacks are the same with their own bounds.
 */
import { must } from "../diagnostics/assert.ts";
import type { TfliteSpelling } from "./op.ts";
import { type Range, rangeOf } from "./shared/activation.ts";
import { oneOf } from "./shared/attributes.ts";
import { type ElementContext, type ElementRule, elementwise } from "./shared/elementwise.ts";
import { firstType, quantizationOf } from "./shared/operands.ts";
import { rescaleRule } from "./shared/rescale.ts";

type ReluAttributes = { readonly activation: string };

const bounds: Readonly<Record<string, Range>> = {
  relu: { min: 0, max: Number.POSITIVE_INFINITY },
  relu6: { min: 0, max: 6 },
  relu_n1_to_1: { min: -1, max: 1 },
  relu_0_to_1: { min: 0, max: 1 },
};

const boundsOf = ({ activation }: ReluAttributes) => must(bounds[activation], "bounds");

function quantised(context: ElementContext<ReluAttributes>): ElementRule {
  const { attributes, input, output, rounding } = context;
  const keepsUnits = rounding === "tflm" && attributes.activation === "relu6";
  const units = keepsUnits ? input : output;
  const exact = quantizationOf(input).scale / quantizationOf(units).scale;
  const quotient = rounding === "tflite" ? Math.fround(exact) : exact;
  return rescaleRule(input, units, { quotient, range: rangeOf(boundsOf(attributes), units) });
}

function float({ attributes }: ElementContext<ReluAttributes>): ElementRule {
  const { min, max } = boundsOf(attributes);
  const loop = {
    source: "activation",
    entry: "clampFloat",
    constants: { OUTPUT_LOW: min, OUTPUT_HIGH: max },
    step: { memory: 2, float: 2, set: 1, loop: 1 },
  };
  return { element: (value) => Math.min(Math.max(value, min), max), loops: [loop] };
}

const spelling = (
  builtin: string,
  code: number,
  activation: string,
  versions: Readonly<Record<string, number>> = {},
): TfliteSpelling<ReluAttributes> => ({
  builtin,
  code,
  optionsType: 0,
  options: [],
  read: () => ({ attributes: { activation }, inputs: [0] }),
  write: ({ attributes, inputs }) =>
    attributes.activation === activation
      ? {
          options: {},
          inputs: [{ kind: "input", index: 0 }],
          version: versions[firstType(inputs).dtype] ?? 1,
        }
      : null,
});

export const relu = elementwise<ReluAttributes>({
  name: "relu",
  summary: "clamp to the range of a rectifier: relu, relu6, relu_n1_to_1 or relu_0_to_1",
  attributes: { activation: oneOf(...Object.keys(bounds)) },
  rewrites: { clamps: boundsOf },
  rules: { int8: quantised, int16: quantised, float32: float },
  quantization: { kind: "calibrated" },
  tflite: [
    spelling("RELU", 19, "relu", { int8: 2, int16: 3 }),
    spelling("RELU_N1_TO_1", 20, "relu_n1_to_1"),
    spelling("RELU6", 21, "relu6", { int8: 2, int16: 3 }),
    spelling("RELU_0_TO_1", 152, "relu_0_to_1"),
  ],
});

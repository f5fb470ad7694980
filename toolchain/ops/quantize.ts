/**
 * quantize: float32 to a quantised type, or one quantised type to another or to another scale.
 *
 * tflite, as XNNPACK does what it takes:
 *   float32 to 8 bits  nearest(x * f32(1 / S)) + Z, halves to even (f32-qs8-vcvt, f32-qu8-vcvt)
 *   8 bits to the same ((x - z) * m + 128) >> 8 with m = nearest(256 * s / S), halves up
 *                      (qs8-vcvt, qu8-vcvt), for ratios s / S in [2^-8, 2^7]
 * tflm, and all else: round(x / S) + Z, halves away, with a quotient in float32, and in float64 for
 * int16 in TensorFlow Lite (optimized_ops.h); integers by gemmlowp's multiplication, the quotient
 * of the scales in float64 (reference/requantize.h).
 * NaN becomes the lowest value under both: TFLite leaves it undefined, a device must not trap.
 */
import { must } from "../diagnostics/assert.ts";
import type { DType, TensorType } from "../ir/types.ts";
import { roundHalfEven } from "../numeric/half-even.ts";
import { roundHalfAway } from "../numeric/round.ts";
import { integerRangeOf } from "./shared/activation.ts";
import { oneOf } from "./shared/attributes.ts";
import { conversionLoop } from "./shared/conversion.ts";
import { type ElementContext, type ElementRule, elementwise } from "./shared/elementwise.ts";
import { firstType, quantizationOf, unsupported } from "./shared/operands.ts";
import { rescaleRule } from "./shared/rescale.ts";

type QuantizeAttributes = { readonly to: DType };

/** What each element type can become; all of TensorFlow Lite and of TensorFlow Lite Micro. */
const targets: Readonly<Partial<Record<DType, readonly DType[]>>> = {
  float32: ["int8", "uint8", "int16"],
  int8: ["int8", "uint8", "int16", "int32"],
  uint8: ["int8", "uint8"],
  int16: ["int8", "int16", "int32"],
  int32: ["int8", "int16"],
};

const f32 = Math.fround;
const isByte = ({ dtype }: TensorType) => dtype === "int8" || dtype === "uint8";

/** Outside 8 and 16 bits with any zero point: bounds a real value before it is an integer. */
const REAL_LIMIT = 131072;
const bounded = (value: number) =>
  value > -REAL_LIMIT ? Math.min(value, REAL_LIMIT) : -REAL_LIMIT;

/** Integers of a rule without zero point, with it added and clamped, and the constants of both. */
function finished(output: TensorType, scaled: (value: number) => number) {
  const { min, max } = integerRangeOf(output.dtype);
  const { zeroPoint } = quantizationOf(output);
  return {
    element: (value: number) => Math.min(Math.max(scaled(value) + zeroPoint, min), max),
    constants: { OUTPUT_ZERO: zeroPoint, OUTPUT_MIN: min, OUTPUT_MAX: max },
  };
}

/** How a real becomes an integer: the kernel's rule, the number it binds, and the same here. */
function realRule({ output, rounding }: ElementContext<QuantizeAttributes>) {
  const { scale } = quantizationOf(output);
  const inverse = f32(1 / scale);
  if (rounding === "tflm") {
    const scaled = (value: number) => roundHalfAway(bounded(f32(value / scale)));
    return { conversion: "quantizeAway", factor: scale, scaled } as const;
  }
  if (isByte(output)) {
    const scaled = (value: number) => roundHalfEven(bounded(f32(value * inverse)));
    return { conversion: "quantizeEven", factor: inverse, scaled } as const;
  }
  const scaled = (value: number) => roundHalfAway(bounded(value / scale));
  return { conversion: "quantizeWide", factor: scale, scaled } as const;
}

/** Types wider than a byte have no zero point. */
function requireSymmetric(...types: readonly TensorType[]): void {
  for (const type of types.filter((candidate) => !isByte(candidate))) {
    const { zeroPoint } = quantizationOf(type);
    if (zeroPoint !== 0) throw unsupported(`${type.dtype} has zero point ${zeroPoint}, not 0`);
  }
}

function fromReal(context: ElementContext<QuantizeAttributes>): ElementRule {
  const { conversion, factor, scaled } = realRule(context);
  requireSymmetric(context.output);
  const { element, constants } = finished(context.output, scaled);
  const bound = { ...constants, SCALE: factor };
  return { element, loops: [conversionLoop(conversion, context.input, context.output, bound)] };
}

/** XNNPACK's eight-bit multiplier, or null where it does not take the node. */
function eightBitMultiplier({ input, output, rounding }: ElementContext<QuantizeAttributes>) {
  if (rounding === "tflm" || !isByte(input) || input.dtype !== output.dtype) return null;
  const ratio = f32(quantizationOf(input).scale / quantizationOf(output).scale);
  return ratio >= 2 ** -8 && ratio <= 2 ** 7 ? roundHalfEven(256 * ratio) : null;
}

function fromInteger(context: ElementContext<QuantizeAttributes>): ElementRule {
  const { input, output } = context;
  const multiplier = eightBitMultiplier(context);
  const { scale, zeroPoint } = quantizationOf(input, "the input");
  requireSymmetric(input, output);
  if (multiplier === null) {
    const quotient = scale / quantizationOf(output).scale;
    return rescaleRule(input, output, { quotient, range: integerRangeOf(output.dtype) });
  }
  const { element, constants } = finished(
    output,
    (value) => ((value - zeroPoint) * multiplier + 128) >> 8,
  );
  const bound = { ...constants, INPUT_ZERO: zeroPoint, MULTIPLIER: multiplier };
  return { element, loops: [conversionLoop("eightBit", input, output, bound)] };
}

function outputType(from: DType, { to }: QuantizeAttributes): DType {
  const known = must(targets[from], "targets of a type");
  if (known.includes(to)) return to;
  throw unsupported(`${from} is quantised to ${known.join(" or ")}, not to ${to}`);
}

export const quantize = elementwise<QuantizeAttributes>({
  name: "quantize",
  summary: "float32 to a quantised type, or a quantised type to another one or another scale",
  attributes: { to: oneOf("int8", "uint8", "int16", "int32") },
  // Of equal scales every rule's factor is 1, which moves no integer.
  rewrites: { isIdentity: () => true },
  rules: {
    float32: fromReal,
    int8: fromInteger,
    uint8: fromInteger,
    int16: fromInteger,
    int32: fromInteger,
  },
  outputType,
  quantization: { kind: "calibrated" },
  tflite: [
    {
      builtin: "QUANTIZE",
      code: 114,
      optionsType: 89,
      options: [],
      read: ({ outputs }) => ({ attributes: { to: firstType(outputs).dtype }, inputs: [0] }),
      write: ({ attributes: { to }, inputs }) => {
        const from = firstType(inputs).dtype;
        const isWide = [from, to].some((dtype) => dtype === "int16" || dtype === "int32");
        const version = isWide ? 3 : from === "float32" ? 1 : 2;
        return { options: {}, inputs: [{ kind: "input", index: 0 }], version };
      },
    },
  ],
});

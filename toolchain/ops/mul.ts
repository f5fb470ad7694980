/**
 * mul: the product of two tensors, with numpy's broadcasting and a fused activation.
 *
 * Quantised, where Z and s are zero points and scales, S the output's: (a - Za) * (b - Zb) scaled
 * by sa * sb / S.
 *   int8, tflite  XNNPACK (qs8-vmul minmax): the quotient in float32 and one rounding. It takes
 *                 quotients in [2^-16, 2^8); others run in the builtin kernel, as below.
 *   otherwise     gemmlowp's two roundings (integer_ops/mul.h); TFLite computes the quotient in
 *                 float32, TFLite Micro in float64
 * float32 is one multiplication; int32 and int64 wrap, then clamp.
 */
import { quantizeMultiplier } from "../numeric/requantize.ts";
import { activationRewrites } from "./shared/activation.ts";
import {
  type Arithmetic,
  type BinaryContext,
  type BinaryRule,
  binary,
  plainRules,
} from "./shared/binary.ts";
import { offsets, scaledRule } from "./shared/binary-scaling.ts";
import {
  type FusedAttributes,
  fusedAttributes,
  fusedRange,
  fusedSpelling,
  quantizedRange,
} from "./shared/fused-binary.ts";
import { quantizationOf } from "./shared/operands.ts";

const f32 = Math.fround;

const multiplication = {
  rule: "multiply",
  float32: (x, y) => f32(x * y),
  int32: Math.imul,
  int64: (x, y) => BigInt.asIntN(64, x * y),
} satisfies Arithmetic;

function quantizedProduct(context: BinaryContext<FusedAttributes>): BinaryRule {
  const { a, b, output, rounding } = context;
  const [left, right, to] = [a, b, output].map((type) => quantizationOf(type).scale) as [
    number,
    number,
    number,
  ];
  const quotient = rounding === "tflite" ? f32(f32(left * right) / to) : (left * right) / to;
  const isDelegated = a.dtype === "int8" && quotient >= 2 ** -16 && quotient < 2 ** 8;
  const finish = {
    factor: quantizeMultiplier(quotient),
    output,
    rounding: isDelegated ? rounding : ("tflm" as const),
  };
  return scaledRule(multiplication, offsets({ a, b }, finish), quantizedRange(context));
}

/** By element type, as TensorFlow Lite's converter gives them. */
const versions: Readonly<Record<string, number>> = { int8: 2, int16: 4, int64: 6 };

export const mul = binary<FusedAttributes>({
  name: "mul",
  summary: "product of two tensors with broadcasting and fused activation",
  attributes: fusedAttributes,
  rewrites: activationRewrites,
  rules: {
    int8: quantizedProduct,
    int16: quantizedProduct,
    ...plainRules(multiplication, ["float32", "int32", "int64"], fusedRange),
  },
  quantization: { kind: "calibrated" },
  tflite: [fusedSpelling("MUL", 18, 21, (operand) => versions[operand] ?? 1)],
});

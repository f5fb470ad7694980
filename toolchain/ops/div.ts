/**
 * div: the quotient of two tensors, with numpy's broadcasting and a fused activation. float32 is
 * one division. int32 rounds towards zero; divided by 0, where TensorFlow Lite stops the model, it
 * is 0.
 *
 * int8 as TensorFlow Lite Micro alone has it (div.h), where Z and s are zero points and scales, S
 * the output's: (a - Za) times gemmlowp's reciprocal of (b - Zb), then times sa / (sb * S), both
 * with as many bits as int32 holds. Divided by the zero point it is the output's.
 */
import {
  doublingHighMultiply,
  reciprocalOfOnePlus,
  roundingShiftRight,
} from "../numeric/fixed-point.ts";
import { type Multiplier, quantizeMultiplier } from "../numeric/requantize.ts";
import { activationRewrites } from "./shared/activation.ts";
import {
  type Arithmetic,
  type BinaryContext,
  type BinaryRule,
  binary,
  ofNumbers,
  plainRules,
} from "./shared/binary.ts";
import { scalings } from "./shared/binary-scaling.ts";
import {
  type FusedAttributes,
  fusedAttributes,
  fusedRange,
  fusedSpelling,
  quantizedRange,
} from "./shared/fused-binary.ts";
import { quantizationOf } from "./shared/operands.ts";

const f32 = Math.fround;

const division = {
  rule: "divide",
  float32: (x, y) => f32(x / y),
  int32: (x, y) => (y === 0 ? 0 : (x / y) | 0),
  operations: 4,
} satisfies Arithmetic;

/** x / y times the factor; kernels-as/quotient.ts is the twin. */
function quantizedQuotient(x: number, y: number, { mantissa, shift }: Multiplier): number {
  if (y === 0) return 0;
  const dividend = y < 0 ? -x : x;
  const divisor = Math.abs(y);
  const leading = Math.clz32(divisor);
  const reciprocal = reciprocalOfOnePlus(divisor * 2 ** leading - 2 ** 31);
  const headroom = dividend < 0 ? Math.clz32(-2 * dividend - 1) : Math.clz32(dividend) - 1;
  const unscaled = doublingHighMultiply(dividend * 2 ** headroom, reciprocal);
  const right = Math.min(Math.max(31 - leading + headroom - shift, 0), 62);
  return roundingShiftRight(doublingHighMultiply(unscaled, mantissa), right);
}

function quantizedDivision(context: BinaryContext<FusedAttributes>): BinaryRule {
  const [a, b] = [quantizationOf(context.a), quantizationOf(context.b)];
  const to = quantizationOf(context.output);
  const factor = quantizeMultiplier(f32(a.scale / f32(b.scale * to.scale)));
  return {
    element: ofNumbers(
      (x, y) => quantizedQuotient(x - a.zeroPoint, y - b.zeroPoint, factor) + to.zeroPoint,
    ),
    constants: {
      ...{ SCALING: scalings.quotient, ZERO_0: a.zeroPoint, ZERO_1: b.zeroPoint },
      ...{ MANTISSA: BigInt(factor.mantissa), SHIFT: factor.shift, OUTPUT_ZERO: to.zeroPoint },
    },
    step: { narrow: 20, wide: 40, set: 12 },
    range: quantizedRange(context),
  };
}

export const div = binary<FusedAttributes>({
  name: "div",
  summary: "quotient of two tensors with broadcasting and fused activation",
  attributes: fusedAttributes,
  rewrites: activationRewrites,
  rules: { int8: quantizedDivision, ...plainRules(division, ["float32", "int32"], fusedRange) },
  quantization: { kind: "calibrated" },
  tflite: [fusedSpelling("DIV", 42, 29, () => 1)],
});

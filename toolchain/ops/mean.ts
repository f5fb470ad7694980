/**
 * mean: the average over the given axes. shared/reduce-quantized.ts has the formulas of int8 and
 * int16; which one runs:
 *   tflite  int8 of four dimensions over [1, 2], [2, 1] or [2] runs in XNNPACK, if s / S is in
 *           [2^-8, 2^8). Otherwise equal quantisation is divided and truncated, and the rest goes
 *           through float32 (kernels/reduce.cc of 2023)
 *   tflm    1/n folded into the multiplier, gemmlowp's rounding (reference/reduce.h of 2026)
 * int32: the sum in 64 bits, divided and truncated. float32: the sum in memory order, divided once.
 */

import { quantizationOf } from "./shared/operands.ts";
import { type ReduceContext, type ReduceRule, reduceOperator } from "./shared/reduce.ts";
import {
  fixedFinish,
  nearestFinish,
  realFinish,
  truncatedFinish,
} from "./shared/reduce-quantized.ts";

const f32 = Math.fround;

/** Whether XNNPACK's global average pooling takes the node. */
function isDelegated({ axes, input, output }: ReduceContext): boolean {
  const ratio = f32(quantizationOf(input).scale / quantizationOf(output).scale);
  const isSpatial = input.shape.length === 4 && ["1,2", "2,1", "2"].includes(axes.join());
  return input.dtype === "int8" && isSpatial && ratio >= 2 ** -8 && ratio < 2 ** 8;
}

function finishOf(context: ReduceContext) {
  const [from, to] = [quantizationOf(context.input), quantizationOf(context.output)];
  if (context.rounding === "tflm") return fixedFinish(context, context.count);
  if (isDelegated(context)) return nearestFinish(context);
  const alike = from.scale === to.scale && from.zeroPoint === to.zeroPoint;
  return alike ? truncatedFinish(context) : realFinish(context);
}

const quantized = (context: ReduceContext): ReduceRule => ({
  rule: "sum",
  combine: (total, value) => total + value,
  finish: finishOf(context),
});

export const mean = reduceOperator({
  name: "mean",
  summary: "average over the given axes",
  types: {
    int8: quantized,
    int16: quantized,
    int32: (context) => ({
      rule: "sum",
      entry: "meanInt32",
      combine: (total, value) => total + value,
      finish: truncatedFinish(context),
    }),
    float32: ({ count }) => ({
      rule: "sum",
      combine: (total, value) => f32(total + value),
      finish: {
        kind: "real",
        constants: { DIVISOR: count },
        value: (total) => f32(total / count),
        operations: { memory: 1, float: 2, set: 3, loop: 1 },
      },
    }),
  },
  // The total of the elements, less their zero points, must stay in 32 bits; in 53 for int32.
  countMax: { int8: 2 ** 23 - 1, int16: 2 ** 16 - 1, int32: 2 ** 21 },
  addsRows: true,
  quantization: { kind: "calibrated" },
  builtin: "MEAN",
  code: 40,
});

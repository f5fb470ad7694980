/**
 * sum: the total over the given axes.
 *
 * int8 and int16 (formulas in shared/reduce-quantized.ts):
 *   tflite  int8 of unequal quantisation goes through float32. Equal quantisation adds the
 *           quantised numbers as they are, zero points included (kernels/reduce.cc, EvalSum). Both
 *           wrap where the result leaves the element type. int16 must be quantised alike
 *   tflm    gemmlowp's multiplication always (micro/kernels/reduce_common.cc)
 * int32: wraps. float32: in memory order.
 */

import { quantizationOf, requireSameQuantization } from "./shared/operands.ts";
import {
  plainFinish,
  type ReduceContext,
  type ReduceRule,
  reduceOperator,
} from "./shared/reduce.ts";
import { fixedFinish, wrappedFinish } from "./shared/reduce-quantized.ts";

function finishOf(context: ReduceContext) {
  const { input, output, rounding } = context;
  if (rounding === "tflm") return fixedFinish(context, 1);
  const [from, to] = [quantizationOf(input), quantizationOf(output)];
  if (from.scale === to.scale && from.zeroPoint === to.zeroPoint) return plainFinish;
  if (input.dtype === "int16") requireSameQuantization(input, output);
  return wrappedFinish(context);
}

const quantized = (context: ReduceContext): ReduceRule => ({
  rule: "sum",
  combine: (total, value) => total + value,
  finish: finishOf(context),
});

export const sum = reduceOperator({
  name: "sum",
  summary: "total over the given axes",
  types: {
    int8: quantized,
    int16: quantized,
    int32: () => ({
      rule: "sum",
      combine: (total, value) => (total + value) | 0,
      finish: plainFinish,
    }),
    float32: () => ({
      rule: "sum",
      combine: (total, value) => Math.fround(total + value),
      finish: plainFinish,
    }),
  },
  countMax: { int8: 2 ** 23 - 1, int16: 2 ** 16 - 1 },
  addsRows: true,
  quantization: { kind: "calibrated" },
  builtin: "SUM",
  code: 74,
  wideVersion: 2,
});

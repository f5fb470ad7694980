/**
 * add: the sum of two tensors, with numpy's broadcasting and a fused activation. int8 and int16 as
 * shared/quantized-sum.ts says; float32 is one addition; int32 and int64 wrap, then clamp.
 */
import { activationRewrites } from "./shared/activation.ts";
import { type BinaryContext, binary, plainRules } from "./shared/binary.ts";
import { fusedRange } from "./shared/fused-binary.ts";
import {
  addition,
  int8Sum,
  int16Sum,
  type SumAttributes,
  sumAttributes,
  sumSpelling,
} from "./shared/quantized-sum.ts";

/** TensorFlow Lite Micro's kernel of int32 has no activation (micro/kernels/add.cc). */
const plainRange = (context: BinaryContext<SumAttributes>) =>
  context.rounding === "tflm" && context.a.dtype === "int32" ? undefined : fusedRange(context);

export const add = binary<SumAttributes>({
  name: "add",
  summary: "sum of two tensors with broadcasting and fused activation",
  attributes: sumAttributes,
  rewrites: activationRewrites,
  rules: {
    int8: (context) => int8Sum(context, 1),
    int16: (context) => int16Sum(context, 1),
    ...plainRules(addition, ["float32", "int32", "int64"], plainRange),
  },
  quantization: { kind: "calibrated" },
  tflite: [sumSpelling("ADD", 0, 11)],
});

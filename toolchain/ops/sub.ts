/**
 * sub: the difference of two tensors, with numpy's broadcasting and a fused activation. int8 and
 * int16 as shared/quantized-sum.ts says; float32 is one subtraction; int32 and int64 wrap, then
 * clamp.
 */
import { activationRewrites } from "./shared/activation.ts";
import { binary, plainRules } from "./shared/binary.ts";
import { fusedRange } from "./shared/fused-binary.ts";
import {
  int8Sum,
  int16Sum,
  type SumAttributes,
  subtraction,
  sumAttributes,
  sumSpelling,
} from "./shared/quantized-sum.ts";

export const sub = binary<SumAttributes>({
  name: "sub",
  summary: "difference of two tensors with broadcasting and fused activation",
  attributes: sumAttributes,
  rewrites: activationRewrites,
  rules: {
    int8: (context) => int8Sum(context, -1),
    int16: (context) => int16Sum(context, -1),
    ...plainRules(subtraction, ["float32", "int32", "int64"], fusedRange),
  },
  quantization: { kind: "calibrated" },
  tflite: [sumSpelling("SUB", 41, 28)],
});

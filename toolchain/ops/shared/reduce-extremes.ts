/**
 * What reduce_max, reduce_min, reduce_any and reduce_all share: one of the elements is the output,
 * so it is exact and input and output are quantised alike. Of true and false, "any" is the largest
 * and "all" the smallest.
 */
import type { DType } from "../../ir/types.ts";
import type { AnyOp } from "../op.ts";
import { requireSameQuantization } from "./operands.ts";
import { plainFinish, type ReduceContext, type ReduceOp, reduceOperator } from "./reduce.ts";

const combines = { largest: Math.max, smallest: Math.min } as const;

interface ExtremeOp extends Omit<ReduceOp, "types" | "quantization"> {
  readonly rule: keyof typeof combines;
  readonly types: readonly DType[];
}

/** The element types of numbers that have a largest and a smallest. */
export const numbers: readonly DType[] = ["int8", "int16", "int32", "float32"];

export function extremeOperator({ rule, types, ...op }: ExtremeOp): AnyOp {
  const make = ({ input, output }: ReduceContext) => {
    requireSameQuantization(input, output);
    const combine = combines[rule];
    return { rule, combine: (a: number, b: number) => combine(a, b), finish: plainFinish };
  };
  return reduceOperator({
    ...op,
    addsRows: true,
    types: Object.fromEntries(types.map((dtype) => [dtype, make])),
    quantization: { kind: "same" },
  });
}

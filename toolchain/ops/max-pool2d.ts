/**
 * max_pool2d: the largest element of each window, padding left out. Exact in every element type;
 * input and output are quantised alike.
 */
import { must } from "../diagnostics/assert.ts";
import type { KernelContextTypes } from "./op.ts";
import { integerRangeOf } from "./shared/activation.ts";
import { firstType, isQuantized, quantizationOf } from "./shared/operands.ts";
import { sumOfPads } from "./shared/padding.ts";
import { type Pool2dAttributes, pool2d } from "./shared/pool2d.ts";

const largest = (values: readonly number[]) =>
  values.reduce((best, value) => Math.max(best, value), Number.NEGATIVE_INFINITY);

/** Zeros around an input are not seen where no element can be less: the zero point is the least. */
function absorbPads(
  { attributes, inputs }: KernelContextTypes<Pool2dAttributes>,
  zeros: readonly number[],
): Pool2dAttributes | null {
  const type = firstType(inputs);
  const isUnseen =
    isQuantized(type) && quantizationOf(type).zeroPoint === integerRangeOf(type.dtype).min;
  const pads = sumOfPads(attributes.pads, zeros);
  const isNarrow = pads.every((pad, side) => pad < must(attributes.kernel[side % 2], "a size"));
  return isUnseen && isNarrow ? { ...attributes, pads } : null;
}

export const maxPool2d = pool2d({
  name: "max_pool2d",
  summary: "maximum of each window, with fused activation",
  rule: {
    entry: "largest",
    reduce: { int8: largest, int16: largest, float32: largest },
    tap: { memory: 1, narrow: 3, set: 1, loop: 1 },
    output: { memory: 1, narrow: 25, set: 7, loop: 2 },
    total: { rule: "largest", output: { memory: 1, loop: 1 } },
    lanes: {
      taps: { memory: 1, wide: 14, narrow: 1, set: 4, loop: 1 },
      output: { narrow: 3, set: 1 },
    },
  },
  rewrites: { absorbPads },
  builtin: "MAX_POOL_2D",
  code: 17,
});

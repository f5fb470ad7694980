/**
 * average_pool2d: the mean of the elements of each window that lie inside the input.
 *
 * int8, int16: (sum +- count / 2) / count in integers, truncated, so halves go away from zero;
 * input and output are quantised alike. TensorFlow Lite and TensorFlow Lite Micro agree on it
 * (reference/integer_ops/pooling.h). float32: the sum in row-major order, divided once.
 */
import { pool2d } from "./shared/pool2d.ts";

function roundedMean(values: readonly number[]): number {
  const sum = values.reduce((total, value) => total + value, 0);
  const half = Math.floor(values.length / 2);
  return Math.trunc((sum + (sum > 0 ? half : -half)) / values.length);
}

export const averagePool2d = pool2d({
  name: "average_pool2d",
  summary: "mean of each window, padding excluded, with fused activation",
  rule: {
    entry: "average",
    reduce: {
      int8: roundedMean,
      int16: roundedMean,
      float32: (values) =>
        Math.fround(values.reduce((total, value) => Math.fround(total + value), 0) / values.length),
    },
    tap: { memory: 1, narrow: 2, set: 1, loop: 1 },
    output: { memory: 1, narrow: 30, set: 8, loop: 2 },
    total: { rule: "sum", output: { memory: 1, narrow: 11, set: 3, loop: 1 } },
    lanes: {
      taps: { memory: 1, wide: 6, narrow: 1, set: 3, loop: 1 },
      output: { memory: 1, narrow: 20, wide: 2, set: 6, loop: 1 },
    },
  },
  builtin: "AVERAGE_POOL_2D",
  code: 1,
});

/**
 * Operators row by row: which rows of their operands an output row reads (RowTraits in op.ts).
 *
 * A tensor streams as an image [1, height, width, channels]. On a slab, the rows that one output
 * row reads, an operator is itself again; what its window finds outside a slab must count as it
 * does outside the image. Row streaming without recomputation is StreamNet's (NeurIPS 2023) in one
 * dimension.
 */
import type { TensorType } from "../../ir/types.ts";
import type { KernelContextTypes, RowReads, RowStream } from "../op.ts";
import { nhwc } from "./layout.ts";
import { firstType } from "./operands.ts";
import type { WindowAxis } from "./padding.ts";

/** Whether a tensor has rows: one image. */
export const isImage = ({ shape: [batch, ...rest] }: TensorType): boolean =>
  batch === 1 && rest.length === 3;

/** The rows under a window of the first operand, with no columns beside them. */
export function windowReads(
  { kernel, stride, dilation }: Pick<WindowAxis, "kernel" | "stride" | "dilation">,
  top: number,
): RowReads {
  return { input: 0, rows: (kernel - 1) * dilation + 1, stride, top, left: 0, right: 0 };
}

/**
 * Operators whose output row takes the same row of every run-time operand and nothing of another;
 * null where an operand repeats over rows. Constants stay whole, so they may not have rows.
 */
export function streamAligned<A>({
  attributes,
  inputs,
  outputs,
}: KernelContextTypes<A>): RowStream<A> | null {
  const output = firstType(outputs);
  if (!isImage(output)) return null;
  const { height } = nhwc(output.shape);
  const fits = inputs.every((tensor) => {
    if (tensor === null) return true;
    const { type, data } = tensor;
    const rows = type.shape.at(-3) ?? 1;
    return data ? rows === 1 : isImage(type) && rows === height;
  });
  if (!fits) return null;
  const reads = inputs.flatMap((tensor, input) => {
    const isRead = tensor !== null && !tensor.data;
    return isRead ? [{ input, rows: 1, stride: 1, top: 0, left: 0, right: 0 }] : [];
  });
  return { reads, attributes };
}

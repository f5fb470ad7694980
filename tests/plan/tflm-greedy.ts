/**
 * TensorFlow Lite Micro's own offset planner, as a baseline: every run begins at a multiple of 16,
 * the largest first, equal ones in the reverse of the tensors' order, each in the first gap that
 * holds it (facts of micro/memory_planner/greedy_memory_planner.cc). Graph inputs live from the
 * first operator on and outputs to the last, every tensor has bytes of its own, reshaped ones too
 * unless the interpreter renames them.
 */
import { must } from "../../toolchain/diagnostics/assert.ts";
import { type Placeable, together } from "../../toolchain/plan/allocate/problem.ts";

const ALIGNMENT = 16;
const aligned = (bytes: number) => Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;

export function tflmGreedy(runs: readonly Placeable[]) {
  const size = (index: number) => aligned(must(runs[index], "a run").bytes);
  const order = runs.map((_, index) => index).sort((a, b) => size(b) - size(a) || b - a);
  const offsets: (number | undefined)[] = runs.map(() => undefined);
  for (const index of order) {
    const beside = order
      .filter((other) => offsets[other] !== undefined)
      .filter((other) => together(must(runs[other], "a run"), must(runs[index], "a run")))
      .map((other) => ({ start: must(offsets[other], "an offset"), bytes: size(other) }))
      .sort((a, b) => a.start - b.start);
    let offset = 0;
    for (const { start, bytes } of beside) {
      if (offset + size(index) <= start) break;
      offset = Math.max(offset, start + bytes);
    }
    offsets[index] = offset;
  }
  const placed = offsets.map((offset) => must(offset, "an offset"));
  return {
    offsets: placed,
    peakBytes: Math.max(...placed.map((offset, index) => offset + size(index))),
  };
}

/**
 * A replay of a stream that knows nothing of how it was found: every window is a list of row
 * numbers, and each kernel must find the rows that its operator's trait asks for.
 *
 * A row that is not the tensor's own counts as filled. Memory that a window does not own at a step
 * is spoilt by whatever runs there, so a lifetime that is too short shows as a spoilt row.
 */
import { must } from "../../toolchain/diagnostics/assert.ts";
import { tensorAt } from "../../toolchain/ir/graph.ts";
import { byteLength } from "../../toolchain/ir/types.ts";
import type { RowGraph } from "../../toolchain/plan/segments/stages.ts";
import type { Stream, StreamOverlap } from "../../toolchain/plan/segments/stream.ts";
import type { PlacedWindow } from "../../toolchain/plan/segments/windows.ts";
import type { Stage } from "../../toolchain/plan/types.ts";

type Row = number | "filled" | "spoilt";

const heightOf = ({ graph }: RowGraph, tensor: number): number =>
  must(tensorAt(graph, tensor).type.shape[1], "height");

/** The row of each operand that row `row` of a stage begins with, and how many it reads. */
function wanted({ graph, nodes }: RowGraph, { kind, step, reads }: Stage, row: number) {
  if (step === null) return [];
  const { inputs } = must(graph.nodes[step], "a node");
  return reads.map(({ tensor }, index) => {
    if (kind === "total") return { tensor, first: row, rows: 1 };
    const positions = inputs.flatMap((input, at) => {
      return input === null || tensorAt(graph, input).data ? [] : [at];
    });
    const read = nodes[step]?.stream?.reads.find(({ input }) => input === positions[index]);
    const { stride, top, rows } = must(read, "what a trait reads");
    return { tensor, first: row * stride - top, rows };
  });
}

/** What went wrong, in words; none when the stream is right. */
export function replay(rows: RowGraph, { segment, windows }: Stream): string[] {
  const { stages, actions, events } = segment;
  const problems: string[] = [];
  const held = new Map(
    windows.map(({ window }): [number, Row[]] => {
      return [window.tensor, Array.from({ length: window.rows }, () => "filled")];
    }),
  );
  const given = stages.map(() => 0);
  let isFinished = false;
  const spoil = (touches: (placed: PlacedWindow) => boolean) => {
    for (const placed of windows) {
      const row = held.get(placed.window.tensor);
      if (!touches(placed)) row?.fill("spoilt");
    }
  };
  const shift = ({ tensor }: Stage, row: Row) => {
    const window = held.get(tensor);
    window?.shift();
    window?.push(row);
  };
  for (const event of events) {
    const { stage: index, kind } = must(actions[event], "an action");
    const stage = must(stages[index], "a stage");
    const row = given[index] ?? 0;
    if (kind === "finish") {
      isFinished = true;
      continue;
    }
    given[index] = row + 1;
    const own = windows.find(({ window }) => window.tensor === stage.tensor);
    if (kind === "pad" || stage.step === null) {
      spoil(({ firstStep, lastStep }) => {
        return own === undefined || (firstStep <= own.lastStep && own.firstStep <= lastStep);
      });
      shift(stage, kind === "pad" ? "filled" : row);
      continue;
    }
    const { step } = stage;
    spoil(({ firstStep, lastStep }) => firstStep <= step && step <= lastStep);
    wanted(rows, stage, row).forEach(({ tensor, first, rows: count }, read) => {
      const height = heightOf(rows, tensor);
      const slot = must(stage.reads[read], "a read").slot;
      const found = must(held.get(tensor), "a window").slice(slot, slot + count);
      const right = Array.from({ length: count }, (_, at): Row => {
        return first + at < 0 || first + at >= height ? "filled" : first + at;
      });
      if (`${found}` !== `${right}`) {
        problems.push(`stage ${index}, row ${row}: rows ${found} of ${tensor}, not ${right}`);
      }
    });
    shift(stage, row);
  }
  const last = must(stages.at(-1), "a last stage");
  const source = last.kind === "total" ? must(last.reads[0], "a read").tensor : last.tensor;
  if (given.at(-1) !== heightOf(rows, source)) problems.push(`${given.at(-1)} rows at the end`);
  if (isFinished !== (last.kind === "total")) problems.push("a total that does not finish");
  return problems;
}

/** Whether the output, so near to a tensor, keeps all of that until it is loaded. */
export function keepsInput(
  { graph }: RowGraph,
  { segment }: Stream,
  { tensor, distanceBytes }: StreamOverlap,
): boolean {
  const { stages, actions, events } = segment;
  const last = stages.length - 1;
  const bytesOf = (index: number) => byteLength(tensorAt(graph, index).type);
  const output = must(stages[last], "a last stage").tensor;
  const rowBytes = (index: number) =>
    bytesOf(index) / must(tensorAt(graph, index).type.shape[1], "");
  let [loaded, written] = [0, 0];
  for (const event of events) {
    const { stage, kind } = must(actions[event], "an action");
    if (kind !== "run") continue;
    if (stages[stage]?.kind === "load" && stages[stage]?.tensor === tensor) {
      // The output starts below the tensor: what is written so far ends here, seen from the tensor.
      if (written - distanceBytes > loaded) return false;
      loaded += rowBytes(tensor);
    }
    if (stage === last) written += rowBytes(output);
  }
  return true;
}

/**
 * When moves move nothing: an operator each of whose moves takes one run of contiguous bytes to
 * another needs no kernel where the planner lets the smaller operand lie in the larger one.
 */
import { must } from "../../diagnostics/assert.ts";
import type { View } from "../op.ts";
import type { ByteMove } from "./move-loops.ts";

/** The operands' views; null when a move does more than rename a run. */
export function viewsOfMoves(
  moves: readonly ByteMove[],
  inputBytes: readonly number[],
  outputBytes: readonly number[],
): View[] | null {
  const found = moves.flatMap((move) => viewOf(move, inputBytes, outputBytes) ?? []);
  return found.length === moves.length ? found : null;
}

function viewOf(
  { source, sourceOffset, target, targetOffset, loops, runBytes }: ByteMove,
  inputBytes: readonly number[],
  outputBytes: readonly number[],
): View | null {
  if (loops.length > 0 || source.of !== "input") return null;
  const ends = { input: source.index, output: target };
  if (runBytes === must(outputBytes[target], "bytes of an output")) {
    return { ...ends, inside: "output", atBytes: sourceOffset };
  }
  const isWhole = runBytes === must(inputBytes[source.index], "bytes of an input");
  return isWhole ? { ...ends, inside: "input", atBytes: targetOffset } : null;
}

/**
 * The family of operators that only move bytes: reference, kernel form and rules follow from the
 * list of moves (moves.ts) that an operator makes of its attributes and shapes.
 *
 * Every element type moves alike, and what is moved keeps its meaning, so tensors that have a scale
 * must all have the same.
 */
import { must } from "../../diagnostics/assert.ts";
import type { Attributes } from "../../ir/graph.ts";
import { byteLength, dtypes, type TensorType } from "../../ir/types.ts";
import { type AnyOp, defineOp, type KernelContextTypes, type OpDef } from "../op.ts";
import { type ByteMove, byteMove } from "./move-loops.ts";
import { moveForm } from "./move-records.ts";
import { viewsOfMoves } from "./move-views.ts";
import { evaluateMoves, type Move } from "./moves.ts";
import { requireSameQuantization } from "./operands.ts";

export interface MovingTypes<A> {
  readonly attributes: A;
  readonly inputs: readonly TensorType[];
  readonly outputs: readonly TensorType[];
}

export interface MovingOp<A extends Attributes>
  extends Pick<
    OpDef<A>,
    "name" | "summary" | "attributes" | "infer" | "rows" | "rewrites" | "tflite"
  > {
  readonly moves: (types: MovingTypes<A>) => readonly Move[];
}

/** Tensors without any scale are plain numbers, which mean the same everywhere. */
function requireOneMeaning(inputs: readonly TensorType[], outputs: readonly TensorType[]): void {
  for (const output of outputs) {
    for (const input of inputs) {
      if (input.quantization || output.quantization) requireSameQuantization(input, output);
    }
  }
}

/** What a node's moves are in bytes, and how large its operands. */
function inBytes<A extends Attributes>(
  moves: MovingOp<A>["moves"],
  { attributes, ...operands }: KernelContextTypes<A>,
) {
  const tensors = operands.inputs.map((tensor) => must(tensor, "an operand"));
  const inputs = tensors.map(({ type }) => type);
  const outputs = operands.outputs.map(({ type }) => type);
  requireOneMeaning(inputs, outputs);
  const constants = tensors.map(({ data }) => data);
  const list = moves({ attributes, inputs, outputs }).map(
    (move): ByteMove => byteMove(move, must(outputs[move.to.index], "output type"), constants),
  );
  return { list, inputs: inputs.map(byteLength), outputs: outputs.map(byteLength) };
}

/** The operator as the registry holds it. */
export function moving<A extends Attributes>({ moves, rewrites, ...op }: MovingOp<A>): AnyOp {
  const views = (context: KernelContextTypes<A>) => {
    const { list, inputs, outputs } = inBytes(moves, context);
    return viewsOfMoves(list, inputs, outputs);
  };
  return defineOp<A>({
    ...op,
    reference: ({ attributes, inputs, outputs }) => {
      const values = inputs.map((value) => must(value, "an operand"));
      const types = values.map(({ type }) => type);
      requireOneMeaning(types, outputs);
      const list = moves({ attributes, inputs: types, outputs });
      return evaluateMoves(
        list,
        values.map(({ data }) => data),
        outputs,
      );
    },
    quantization: { output: { kind: "same" } },
    forms: (context) => {
      const inputs = context.inputs.map((tensor) => must(tensor, "an operand"));
      const { outputs } = context;
      const elementBytes = dtypes[must(outputs[0], "an output").type.dtype].bytes;
      const { list } = inBytes(moves, context);
      return [moveForm({ elementBytes, inputs, outputs, moves: list })];
    },
    memory: { views },
    rewrites: {
      isIdentity: (context) => {
        const [view, ...others] = views(context) ?? [];
        return view?.input === 0 && view.output === 0 && others.length === 0;
      },
      ...rewrites,
    },
  });
}

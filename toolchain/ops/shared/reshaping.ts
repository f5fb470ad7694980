/**
 * The family of operators that give the same bytes another shape: reshape, squeeze, expand_dims. No
 * kernel runs and no memory is used; the output is its input's memory.
 */
import { must } from "../../diagnostics/assert.ts";
import type { Attributes } from "../../ir/graph.ts";
import { bytesOf, type Shape, viewTensor } from "../../ir/types.ts";
import { type AnyOp, defineOp, type OpDef } from "../op.ts";
import { requireInputs } from "./operands.ts";

interface Reshaping<A extends Attributes>
  extends Pick<OpDef<A>, "name" | "summary" | "attributes" | "rewrites" | "tflite"> {
  /** The new shape; refuses attributes that do not fit the old one. */
  readonly shape: (attributes: A, shape: Shape) => Shape;
}

/** The operator as the registry holds it. */
export function reshaping<A extends Attributes>({ shape, ...op }: Reshaping<A>): AnyOp {
  return defineOp<A>({
    ...op,
    infer: (context) => {
      const { type } = must(requireInputs(context, 1)[0], "input");
      return [{ dtype: type.dtype, shape: shape(context.attributes, type.shape) }];
    },
    reference: ({ inputs }) => {
      const { type, data } = must(inputs[0], "input");
      return [viewTensor(type.dtype, bytesOf(data).slice())];
    },
    memory: { aliasOfInput: 0 },
    rewrites: { isIdentity: () => true, ...op.rewrites },
    quantization: { output: { kind: "same" } },
    forms: () => [],
  });
}

/**
 * Operators of one family differ in a description; the family's functions read it. This ties both
 * together: one member as the registry holds it. Families make each element of those at its place
 * or along its last dimension, so all of their operators give their rows one by one.
 */
import type { Attributes } from "../../ir/graph.ts";
import { type AnyOp, defineOp, type OpDef } from "../op.ts";
import { streamAligned } from "./rows.ts";

/** What every description holds, whatever the family adds to it. */
export interface Member<A extends Attributes>
  extends Pick<OpDef<A>, "name" | "summary" | "attributes" | "rewrites" | "tflite"> {
  readonly quantization: OpDef<A>["quantization"]["output"];
}

/** Functions of an operator that also take the member's description. */
type OfMember<A extends Attributes, Op> = {
  readonly [Part in "infer" | "reference" | "forms"]: (
    op: Op,
    context: Parameters<OpDef<A>[Part]>[0],
  ) => ReturnType<OpDef<A>[Part]>;
};

export function memberOf<A extends Attributes, Op extends Member<A>>(
  family: OfMember<A, Op>,
  op: Op,
): AnyOp {
  const { name, summary, attributes, quantization, rewrites, tflite } = op;
  return defineOp<A>({
    name,
    summary,
    attributes,
    infer: (context) => family.infer(op, context),
    reference: (context) => family.reference(op, context),
    rows: { stream: streamAligned },
    quantization: { output: quantization },
    forms: (context) => family.forms(op, context),
    ...(rewrites && { rewrites }),
    tflite,
  });
}

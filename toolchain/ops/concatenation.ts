/** concatenation: the inputs one after the other along an axis. */
import { must } from "../diagnostics/assert.ts";
import { Diagnostic } from "../diagnostics/diagnostic.ts";
import { sameShape } from "../ir/types.ts";
import type { InferContext, InferredType, KernelContextTypes, TfliteReadContext } from "./op.ts";
import { integer } from "./shared/attributes.ts";
import { partsOf, withoutAxis } from "./shared/joining.ts";
import { input, output } from "./shared/moves.ts";
import { moving } from "./shared/moving.ts";
import { mismatch, requireInputs, resolveAxis } from "./shared/operands.ts";
import { streamAligned } from "./shared/rows.ts";
import { activationOfTflite } from "./shared/tflite-activation.ts";
import { nodeInputs, typeVersion } from "./shared/tflite-operands.ts";
import { whole } from "./shared/views.ts";

type ConcatenationAttributes = { readonly axis: number };

function infer(context: InferContext<ConcatenationAttributes>): InferredType[] {
  const inputs = requireInputs(context, Math.max(1, context.inputs.length));
  const { dtype, shape } = must(inputs[0], "first input").type;
  const axis = resolveAxis(context.attributes.axis, shape.length);
  const others = withoutAxis(shape, axis);
  for (const { name, type } of inputs) {
    const fits = type.shape.length === shape.length;
    if (fits && type.dtype === dtype && sameShape(withoutAxis(type.shape, axis), others)) continue;
    const found = `${name} is ${type.dtype}[${type.shape}]`;
    throw mismatch(`${found}, which does not join ${dtype}[${shape}] along axis ${axis}`);
  }
  const size = inputs.reduce((sum, { type }) => sum + must(type.shape[axis], "size"), 0);
  return [{ dtype, shape: shape.with(axis, size) }];
}

/** Whether each row of the output is made of the parts' rows: columns or channels are joined. */
function joinsRows({ attributes, outputs }: KernelContextTypes<ConcatenationAttributes>): boolean {
  const { length } = must(outputs[0], "output").type.shape;
  return resolveAxis(attributes.axis, length) > length - 3;
}

function read({ options, inputs }: TfliteReadContext) {
  const activation = activationOfTflite(options);
  if (activation !== "none") {
    const message = `concatenation with a fused ${activation} is refused, as by TFLite`;
    throw new Diagnostic("EF1004", { message });
  }
  return { attributes: { axis: Number(options.axis) }, inputs: inputs.map((_, index) => index) };
}

export const concatenation = moving<ConcatenationAttributes>({
  name: "concatenation",
  summary: "tensors joined along an axis",
  attributes: { axis: integer() },
  infer,
  rows: { stream: (context) => (joinsRows(context) ? streamAligned(context) : null) },
  moves: ({ attributes, inputs, outputs }) => {
    const { shape } = must(outputs[0], "output");
    const axis = resolveAxis(attributes.axis, shape.length);
    const sizes = inputs.map((type) => must(type.shape[axis], "size of a part"));
    return partsOf(shape, axis, sizes).map((part, index) => ({
      from: input(whole(must(inputs[index], "input").shape), index),
      to: output(part),
    }));
  },
  tflite: [
    {
      builtin: "CONCATENATION",
      code: 2,
      optionsType: 10,
      options: [
        { name: "axis", slot: 0, type: "int32", default: 0 },
        { name: "fused_activation_function", slot: 1, type: "int8", default: 0 },
      ],
      read,
      write: (context) => ({
        options: { axis: context.attributes.axis },
        inputs: nodeInputs(context.inputs),
        version: typeVersion(context),
      }),
    },
  ],
});

/** transpose: dimension i of the output is dimension permutation[i] of the input. */
import { must } from "../diagnostics/assert.ts";
import { integers } from "./shared/attributes.ts";
import { input, output } from "./shared/moves.ts";
import { moving } from "./shared/moving.ts";
import { constantIntegers, mismatch, requireInputs } from "./shared/operands.ts";
import { integerOperand, nodeInput, typeVersion } from "./shared/tflite-operands.ts";
import { permuted, whole } from "./shared/views.ts";

type TransposeAttributes = { readonly permutation: readonly number[] };

export const transpose = moving<TransposeAttributes>({
  name: "transpose",
  summary: "dimensions in another order",
  attributes: { permutation: integers(null, { min: 0 }) },
  infer: (context) => {
    const { dtype, shape } = must(requireInputs(context, 1)[0], "input").type;
    const { permutation } = context.attributes;
    if (!shape.every((_, axis) => permutation.indexOf(axis) >= 0)) {
      throw mismatch(`[${permutation}] does not order the dimensions of [${shape}]`);
    }
    if (permutation.length !== shape.length) {
      throw mismatch(`orders ${permutation.length} dimensions of a rank ${shape.length} tensor`);
    }
    return [{ dtype, shape: permutation.map((axis) => must(shape[axis], "a dimension")) }];
  },
  moves: ({ attributes, inputs, outputs }) => {
    const [from, to] = [must(inputs[0], "input").shape, must(outputs[0], "output").shape];
    return [{ from: input(permuted(whole(from), attributes.permutation)), to: output(whole(to)) }];
  },
  rewrites: {
    after: ({ permutation }, before) => ({
      permutation: permutation.map((axis) => must(before.permutation[axis], "a dimension")),
    }),
  },
  tflite: [
    {
      builtin: "TRANSPOSE",
      code: 39,
      optionsType: 26,
      options: [],
      read: ({ inputs }) => ({
        attributes: { permutation: constantIntegers(inputs[1], "the permutation") },
        inputs: [0],
      }),
      write: (context) => ({
        options: {},
        inputs: [nodeInput(), integerOperand("permutation", context.attributes.permutation)],
        version: typeVersion(context),
      }),
    },
  ],
});

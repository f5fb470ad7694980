/**
 * pad: the input with elements added before and after each dimension, all real zeros: the zero
 * point of quantised types, 0 elsewhere.
 */

import { must } from "../diagnostics/assert.ts";
import { dtypes, elementCount } from "../ir/types.ts";
import type { KernelContextTypes } from "./op.ts";
import { input, output } from "./shared/moves.ts";
import { moving } from "./shared/moving.ts";
import { requireInputs } from "./shared/operands.ts";
import {
  bodyView,
  inferPadded,
  type PadAttributes,
  padFields,
  padsOperand,
  readPads,
  spatialPads,
  zeroOf,
} from "./shared/pads.ts";
import { isImage } from "./shared/rows.ts";
import { nodeInput, typeVersion } from "./shared/tflite-operands.ts";
import { gaps, whole } from "./shared/views.ts";

/** Rows above and below are outside the image and so zeros already; they are filled by bytes. */
function stream({ attributes, inputs }: KernelContextTypes<PadAttributes>) {
  const { type } = must(inputs[0], "input");
  const { before, after } = attributes;
  const isFilled = zeroOf(type) === 0 || dtypes[type.dtype].bytes === 1;
  if (!isImage(type) || before[0] !== 0 || after[0] !== 0 || !isFilled) return null;
  const top = must(before[1], "rows above");
  return {
    reads: [{ input: 0, rows: 1, stride: 1, top, left: 0, right: 0 }],
    attributes: { before: before.with(1, 0), after: after.with(1, 0) },
  };
}

export const pad = moving<PadAttributes>({
  name: "pad",
  summary: "zeros added around the input",
  attributes: padFields,
  infer: (context) => {
    requireInputs(context, 1);
    return inferPadded(context);
  },
  moves: ({ attributes, inputs, outputs }) => {
    const [from, to] = [must(inputs[0], "input"), must(outputs[0], "output")];
    const body = bodyView(attributes, from.shape, to.shape);
    const zeros = gaps(body, elementCount(to.shape));
    return [
      { from: input(whole(from.shape)), to: output(body) },
      ...zeros.map((view) => ({ from: zeroOf(to), to: output(view) })),
    ];
  },
  rows: { stream },
  rewrites: { zeroPads: ({ attributes }) => spatialPads(attributes) },
  tflite: [
    {
      builtin: "PAD",
      code: 34,
      optionsType: 22,
      options: [],
      read: (context) => ({ attributes: readPads(context), inputs: [0] }),
      write: (context) => ({
        options: {},
        inputs: [nodeInput(), padsOperand(context)],
        version: typeVersion(context),
      }),
    },
  ],
});

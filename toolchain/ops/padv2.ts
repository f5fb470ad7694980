/** padv2: as pad, with a value of its own around the input: its second operand, one element. */
import { must } from "../diagnostics/assert.ts";
import { bytesOf, elementCount, realZeros } from "../ir/types.ts";
import { input, output } from "./shared/moves.ts";
import { moving } from "./shared/moving.ts";
import { mismatch, requireInputs } from "./shared/operands.ts";
import {
  bodyView,
  inferPadded,
  type PadAttributes,
  padFields,
  padsOperand,
  readPads,
  spatialPads,
} from "./shared/pads.ts";
import { nodeInput, typeVersion } from "./shared/tflite-operands.ts";
import { gaps, still, whole } from "./shared/views.ts";

export const padv2 = moving<PadAttributes>({
  name: "padv2",
  summary: "a value of your choice added around the input",
  attributes: padFields,
  infer: (context) => {
    const [from, value] = requireInputs(context, 2);
    const [{ dtype }, filling] = [must(from, "input").type, must(value, "value").type];
    if (elementCount(filling.shape) !== 1 || filling.dtype !== dtype) {
      throw mismatch(
        `pads ${dtype} with ${filling.dtype}[${filling.shape}], not with one ${dtype}`,
      );
    }
    return inferPadded(context);
  },
  moves: ({ attributes, inputs, outputs }) => {
    const [from, to] = [must(inputs[0], "input").shape, must(outputs[0], "output").shape];
    const body = bodyView(attributes, from, to);
    return [
      { from: input(whole(from)), to: output(body) },
      ...gaps(body, elementCount(to)).map((view) => ({
        from: input(still(view), 1),
        to: output(view),
      })),
    ];
  },
  rewrites: {
    zeroPads: ({ attributes, inputs }) => {
      const { data, type } = must(inputs[1], "value");
      const isZero =
        data && Buffer.compare(data, bytesOf(realZeros({ ...type, shape: [1] }))) === 0;
      return isZero ? spatialPads(attributes) : null;
    },
  },
  tflite: [
    {
      builtin: "PADV2",
      code: 60,
      optionsType: 43,
      options: [],
      read: (context) => ({ attributes: readPads(context), inputs: [0, 2] }),
      write: (context) => ({
        options: {},
        inputs: [nodeInput(0), padsOperand(context), nodeInput(1)],
        version: typeVersion(context),
      }),
    },
  ],
});

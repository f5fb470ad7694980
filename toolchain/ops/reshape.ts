/** reshape: the same bytes under another shape, given in full: a file's -1 is worked out. */
import { elementCount, type Shape } from "../ir/types.ts";
import type { KernelContextTypes, TfliteReadContext } from "./op.ts";
import { integers } from "./shared/attributes.ts";
import { constantIntegers, firstType, mismatch } from "./shared/operands.ts";
import { reshaping } from "./shared/reshaping.ts";
import { integerOperand, nodeInput } from "./shared/tflite-operands.ts";

type ReshapeAttributes = { readonly shape: Shape };

const UNKNOWN = -1;

function reshaped({ shape: wanted }: ReshapeAttributes, shape: Shape): Shape {
  const [found, needed] = [elementCount(shape), elementCount(wanted)];
  if (found === needed) return wanted;
  throw mismatch(`[${shape}] has ${found} elements, the new shape [${wanted}] ${needed}`);
}

/** The shape with its one -1 replaced by what the element count leaves. */
function withoutUnknown(shape: Shape, input: Shape): Shape {
  const known = shape.reduce((count, size) => (size === UNKNOWN ? count : count * size), 1);
  const rest = Math.floor(elementCount(input) / known);
  return shape.map((size) => (size === UNKNOWN ? rest : size));
}

/** By an operand, by an option, or by what the output is declared to be. */
function read({ options, inputs, outputs }: TfliteReadContext) {
  const option = options.new_shape;
  const listed = Array.isArray(option) && option.length > 0 ? (option as Shape) : null;
  const constant = inputs[1]?.data ? constantIntegers(inputs[1], "the new shape") : null;
  const shape = constant ?? listed ?? firstType(outputs).shape;
  return { attributes: { shape: withoutUnknown(shape, firstType(inputs).shape) }, inputs: [0] };
}

function write({ attributes: { shape } }: KernelContextTypes<ReshapeAttributes>) {
  // A scalar's shape would be a constant without elements: the empty option says it.
  const operand = shape.length === 0 ? [] : [integerOperand("shape", shape)];
  return { options: { new_shape: shape }, inputs: [nodeInput(), ...operand], version: 1 };
}

export const reshape = reshaping<ReshapeAttributes>({
  name: "reshape",
  summary: "the same elements under another shape, without moving a byte",
  attributes: { shape: integers(null, { min: 1 }) },
  shape: reshaped,
  rewrites: { after: (attributes) => attributes },
  tflite: [
    {
      builtin: "RESHAPE",
      code: 22,
      optionsType: 17,
      options: [{ name: "new_shape", slot: 0, type: "int32[]", default: [] }],
      read,
      write,
    },
    // The reader has written the sparse constant out already (import/tflite/sparse.ts).
    {
      builtin: "DENSIFY",
      code: 124,
      optionsType: 99,
      options: [],
      read: ({ outputs }) => ({ attributes: { shape: firstType(outputs).shape }, inputs: [0] }),
      write: () => null,
    },
  ],
});

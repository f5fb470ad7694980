/**
 * cast: elements of one type to another, as C++'s static_cast does it (cast.cc).
 *
 * Integers wrap, a bool is whether the value is not 0, reals lose their fraction. What C++ leaves
 * undefined, a real outside the integer type, becomes the nearest integer of the type, and NaN 0.
 * Storing a number in a typed array wraps like C++ does.
 */
import { type DType, dtypes } from "../ir/types.ts";
import { float32OfInt64 } from "../numeric/float32-of-int64.ts";
import { integerRangeOf } from "./shared/activation.ts";
import { oneOf } from "./shared/attributes.ts";
import { conversionLoop } from "./shared/conversion.ts";
import { type ElementContext, type ElementRule, elementwise } from "./shared/elementwise.ts";
import { firstType } from "./shared/operands.ts";
import { tensorTypeCodes } from "./shared/tflite-schema.ts";

type CastAttributes = { readonly to: DType };

const names = Object.keys(dtypes) as DType[];

/** A real without its fraction, inside the integer type. */
function integerOf(value: number, to: DType): number | bigint {
  if (Number.isNaN(value)) return to === "int64" ? 0n : 0;
  if (to === "int64") {
    const edge = 2 ** 63;
    if (value >= edge) return BigInt(edge) - 1n;
    return BigInt(Math.max(Math.trunc(value), -edge));
  }
  const { min, max } = integerRangeOf(to);
  return Math.trunc(Math.min(Math.max(value, min), max));
}

function fromInt64(value: bigint, to: DType): number | bigint {
  if (to === "int64") return value;
  return to === "float32" ? float32OfInt64(value) : Number(BigInt.asIntN(32, value));
}

function converted(value: number | bigint, from: DType, to: DType): number | bigint {
  if (to === "bool") return Number(value) === 0 ? 0 : 1;
  if (typeof value === "bigint") return fromInt64(value, to);
  if (to === "float32") return Math.fround(value);
  if (from === "float32") return integerOf(value, to);
  return to === "int64" ? BigInt(value) : value;
}

function rule({ input, output }: ElementContext<CastAttributes>): ElementRule {
  const exact = (value: number | bigint) => converted(value, input.dtype, output.dtype);
  const loop = conversionLoop("cast", input, output, {});
  return { element: (value) => Number(exact(value)), exact, loops: [loop], hasTable: false };
}

export const cast = elementwise<CastAttributes>({
  name: "cast",
  summary: "elements of one type to another",
  attributes: { to: oneOf(...names) },
  // A bool of a caller may be any byte, and is 0 or 1 afterwards.
  rewrites: { isIdentity: ({ attributes: { to } }) => to !== "bool" },
  rules: Object.fromEntries(names.map((name) => [name, rule])),
  outputType: (_, { to }) => to,
  ignoresScales: true,
  quantization: { kind: "same" },
  tflite: [
    {
      builtin: "CAST",
      code: 53,
      optionsType: 37,
      options: [
        { name: "from", slot: 0, type: "int8", default: 0 },
        { name: "to", slot: 1, type: "int8", default: 0 },
      ],
      read: ({ outputs }) => ({ attributes: { to: firstType(outputs).dtype }, inputs: [0] }),
      write: ({ attributes: { to }, inputs }) => ({
        options: { from: tensorTypeCodes[firstType(inputs).dtype], to: tensorTypeCodes[to] },
        inputs: [{ kind: "input", index: 0 }],
        version: 1,
      }),
    },
  ],
});

/**
 * Where TensorFlow Lite Micro is no oracle, and why: variants of tests/ops/*.cases.ts (operator to
 * names of variants) that it refuses, wholly or in part, and models of which its result is not
 * defined. tflm-sweep.test.ts verifies each of these, so that none outlives its reason.
 */
import type { OpCase } from "../ops/case.ts";

interface Exception {
  readonly reason: string;
  readonly variants: Readonly<Record<string, readonly string[]>>;
}

interface Undefined extends Exception {
  /** Which models; absent: all. */
  readonly when?: (test: OpCase) => boolean;
}

/** Every model is refused. */
const refusals: readonly Exception[] = [
  {
    reason: "it has no such operator",
    variants: {
      gelu: ["int8", "float32"],
      local_response_normalization: ["float32"],
      one_hot: ["any"],
      pow: ["float32", "float32, whole exponents", "int32"],
      range: ["int32", "float32"],
      rank: ["any"],
      reduce_any: ["bool"],
      reduce_prod: ["int8", "int16", "int32", "float32"],
      select_v2: ["rows"],
      sign: ["float32"],
      tile: ["int8", "float32", "int32", "uint8", "bool"],
    },
  },
  {
    reason: "its kernel lacks the element type",
    variants: {
      add_n: ["int32"],
      arg_max: ["int32"],
      arg_min: ["int32"],
      batch_to_space_nd: ["int32", "uint8"],
      concatenation: ["uint8"],
      cumsum: ["int32"],
      depth_to_space: ["int32", "uint8"],
      expand_dims: ["int32", "uint8", "bool"],
      floor_div: ["int32"],
      floor_mod: ["int32"],
      mean: ["int32"],
      mirror_pad: ["int32", "uint8"],
      neg: ["int32"],
      pack: ["uint8"],
      pad: ["uint8"],
      padv2: ["uint8"],
      quantize: ["float32 to uint8", "uint8"],
      reduce_max: ["int16", "int32"],
      reduce_min: ["int16", "int32"],
      resize_bilinear: ["int16"],
      select_v2: ["int32", "bool"],
      slice: ["uint8"],
      space_to_batch_nd: ["int32", "uint8"],
      space_to_depth: ["int32", "uint8"],
      split: ["uint8"],
      split_v: ["uint8"],
      strided_slice: ["uint8"],
      sum: ["int32"],
      transpose: ["int32", "uint8", "bool"],
      unpack: ["uint8", "bool"],
    },
  },
];

/** Some models are refused. */
const partialRefusals: readonly Exception[] = [
  {
    reason: "its kernel lacks some of the element types",
    variants: { cast: ["any to any"], fill: ["any"], gather: ["any"], gather_nd: ["any"] },
  },
  {
    reason: "it has RELU and RELU6 alone",
    variants: { relu: ["int8", "float32"] },
  },
];

const isPadded = ({ attributes: { before, after } }: OpCase): boolean =>
  [before, after].flat().some((count) => Number(count) > 0);

/** What it answers means nothing. */
const undefinedResults: readonly Undefined[] = [
  {
    reason: "the number to pad with is never set: it is what memory held before",
    variants: { space_to_batch_nd: ["int8"] },
    when: isPadded,
  },
  {
    reason: "the int32 bias is read as int64",
    variants: { transpose_conv: ["int16, int32 bias"] },
  },
  {
    reason: "without a bias it ends the process",
    variants: { svdf: ["int8", "float32"] },
    when: ({ inputs }) => inputs[3] === null,
  },
  {
    reason: "a state that saturates wraps around at its zero point, as later versions do not",
    variants: { svdf: ["int8 state"] },
    when: ({ inputs }) => inputs[3] === null || inputs[4]?.type.quantization?.zeroPoint[0] !== 0,
  },
];

const concerning =
  <T extends Exception>(exceptions: readonly T[]) =>
  (op: string, variant: string): T | undefined =>
    exceptions.find(({ variants }) => variants[op]?.includes(variant));

export const refusalOf = concerning(refusals);
export const partialRefusalOf = concerning(partialRefusals);
export const undefinedResultOf = concerning(undefinedResults);

/** All operators and variants that are named here, to be found in the cases. */
export const namedVariants: readonly string[] = [
  ...refusals,
  ...partialRefusals,
  ...undefinedResults,
].flatMap(({ variants }) =>
  Object.entries(variants).flatMap(([op, names]) => names.map((name) => `${op}, ${name}`)),
);

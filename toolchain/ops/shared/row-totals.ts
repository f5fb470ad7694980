/**
 * Reductions of whole images row by row: the kernel that adds a row to totals of its channels, the
 * same for all operators, and how the totals are kept until the operator's own kernel finishes them
 * (kernels-as/row-totals.ts, totals.ts).
 *
 * Totals are zero bytes at first, so each is kept as the bits by which it differs from the total of
 * nothing.
 */
import { must } from "../../diagnostics/assert.ts";
import type { DType, TensorType } from "../../ir/types.ts";
import type { KernelForm, RowTotal } from "../op.ts";
import { elementCost, type StepOperations } from "./element-cost.ts";
import { nhwc } from "./layout.ts";

/** The kernel's constant RULE. */
const rules = { sum: 0, largest: 1, smallest: 2 } as const;

export type TotalRule = keyof typeof rules;

export const isTotalRule = (rule: string): rule is TotalRule => Object.hasOwn(rules, rule);

/** Bytes that the lanes take at once, and the most that their 16-bit sums hold. */
const LANES = 8;
const LANE_COUNT_MAX = 257;

/** Element types whose totals are words of 32 bits, as the kernel's entries name them. */
const wordTypes: Partial<Record<DType, string>> = {
  int8: "wordsInt8",
  bool: "wordsInt8",
  int16: "wordsInt16",
  float32: "wordsFloat",
};

/** How totals are kept. */
interface Keeping {
  readonly entry: string;
  /** The constant KEPT of kernels that finish totals. */
  readonly kept: number;
  readonly neutral: number;
  readonly channelBytes: number;
  readonly alignment: number;
  /** Elements that a step takes; its operations, and those of beginning and ending its totals. */
  readonly lanes: number;
  readonly step: StepOperations;
  readonly ends: StepOperations;
  /** Operations of taking one total to finish it. */
  readonly taken: StepOperations;
}

/** Bits of words whose totals have no element yet: of integers, and of float32. */
const neutralWords: Readonly<Record<TotalRule, readonly [integer: number, float: number]>> = {
  sum: [0, 0],
  largest: [-(2 ** 31), 0xff800000 | 0],
  smallest: [2 ** 31 - 1, 0x7f800000],
};

function words({ dtype }: TensorType, rule: TotalRule): Keeping {
  const [integer, float] = neutralWords[rule];
  const isFloat = dtype === "float32";
  return {
    entry: must(wordTypes[dtype], "totals of the element type"),
    ...{ kept: 0, neutral: isFloat ? float : integer, channelBytes: 4, alignment: 4, lanes: 1 },
    step: { memory: 1, narrow: 1, float: isFloat ? 1 : 0, set: 1, loop: 1 },
    ends: { memory: 2, narrow: 6, set: 4, loop: 1 },
    taken: { memory: 1, narrow: 2 },
  };
}

/** Of int8, whose order as unsigned bytes begins or ends with these. */
const bytes = (rule: TotalRule): Keeping => ({
  ...{ entry: "bytes", kept: 1, neutral: rule === "largest" ? 0x80 : 0x7f },
  ...{ channelBytes: 1, alignment: 1, lanes: LANES },
  step: { memory: 1, wide: 14, narrow: 1, set: 4, loop: 1 },
  ends: { memory: 2, narrow: 6, set: 4, loop: 1 },
  taken: { memory: 1, narrow: 2 },
});

const sums: Keeping = {
  ...{ entry: "lanes", kept: 2, neutral: 0, channelBytes: 2, alignment: 8, lanes: LANES },
  step: { memory: 1, wide: 6, narrow: 1, set: 3, loop: 1 },
  ends: { memory: 4, narrow: 6, set: 5, loop: 1 },
  taken: { memory: 1, narrow: 9 },
};

function keepingOf(input: TensorType, rule: TotalRule): Keeping {
  const { height, width, channels } = nhwc(input.shape);
  if (input.dtype !== "int8" || channels < LANES) return words(input, rule);
  if (rule !== "sum") return bytes(rule);
  const fits = channels % LANES === 0 && height * width <= LANE_COUNT_MAX;
  return fits ? sums : words(input, rule);
}

/** What an operator does with an image. */
export interface ImageTotal {
  readonly input: TensorType;
  readonly rule: TotalRule;
  /** The total of no floats, where their sum does not begin with +0. */
  readonly startsAtMinusZero?: boolean;
  /** Its kernel on whole images, with the entry that makes outputs of totals instead. */
  readonly finish: Pick<KernelForm, "source" | "entry" | "constants">;
  /** Operations of one output, without taking its total from memory. */
  readonly output: StepOperations;
}

export function rowTotal({ input, rule, finish, output, ...total }: ImageTotal): RowTotal {
  const { width, channels } = nhwc(input.shape);
  const keeping = keepingOf(input, rule);
  const { kept, channelBytes, alignment, lanes } = keeping;
  const isMinusZero = total.startsAtMinusZero === true && input.dtype === "float32";
  const neutral = isMinusZero ? -(2 ** 31) : keeping.neutral;
  const own = { name: "rows", scratch: [], weights: new Uint8Array() };
  return {
    input: 0,
    sums: { name: "totals", bytes: channels * channelBytes, alignment },
    add: {
      ...own,
      source: "row-totals",
      entry: keeping.entry,
      constants: { WIDTH: width, CHANNELS: channels, RULE: rules[rule], NEUTRAL: neutral },
      cost: elementCost([
        [(width * channels) / lanes, keeping.step],
        [channels / lanes, keeping.ends],
      ]),
    },
    finish: {
      ...own,
      ...finish,
      constants: { ...finish.constants, KEPT: kept, NEUTRAL: neutral },
      cost: elementCost([
        [channels, keeping.taken],
        [channels, output],
      ]),
    },
  };
}

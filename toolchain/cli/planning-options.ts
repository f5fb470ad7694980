/**
 * The options of planning as data, which every verb that plans takes; apart from the verbs, so that
 * the fit assistant can write them down again (advice.ts).
 */
import { roundings } from "../numeric/requantize.ts";
import { optimizations } from "../plan/types.ts";
import type { AmountKind } from "./amounts.ts";

export interface OptionSpec {
  readonly flags: string;
  readonly description: string;
  readonly choices?: readonly string[];
  readonly default?: string;
  readonly kind?: AmountKind;
  readonly required?: true;
}

/** What decides on a plan, besides the board. */
export const planning: readonly OptionSpec[] = [
  {
    flags: "--optimize <goal>",
    description: "what to spend memory on (default: balanced)",
    choices: optimizations,
  },
  {
    flags: "--rounding <contract>",
    description: "requantisation: as TFLite or as TFLite Micro",
    choices: roundings,
    default: "tflite",
  },
  {
    flags: "--ram-budget <bytes>",
    description: "fastest plan that takes at most so much RAM, as 49152 or 48K",
    kind: "byte count",
  },
  {
    flags: "--latency-budget <ratio>",
    description: "leanest plan that takes at most so many times the fastest, as 1.1 or 10%",
    kind: "slowdown",
  },
  {
    flags: "--max-weight-reads <amount>",
    description: "most bytes of weights read from flash in a prediction, as 64K or 2x them all",
    kind: "weight reads",
  },
  { flags: "--input-by-rows", description: "the image arrives row by row, never whole" },
  { flags: "--no-streaming", description: "run no operators together row by row" },
  { flags: "--tensor-level", description: "let no tensors share bytes while both are alive" },
];

/** Of `plan` alone: weights belong to the size that they were trained for. */
export const inputSize: OptionSpec = {
  flags: "--input-size <HxW>",
  description: "plan as if the model had been trained on images of this size",
  kind: "size",
};

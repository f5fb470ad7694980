/**
 * Elements added before and after each dimension, as pad, padv2 and mirror_pad have them: their
 * attributes and how files spell them, the shape that results, and the input within it.
 */
import { must } from "../../diagnostics/assert.ts";
import type { Shape, TensorType } from "../../ir/types.ts";
import type { InferContext, InferredType, KernelContextTypes, TfliteReadContext } from "../op.ts";
import { type AttributeSchema, integers } from "./attributes.ts";
import { constantIntegers, mismatch } from "./operands.ts";
import { integerOperand } from "./tflite-operands.ts";
import { box, type View, whole } from "./views.ts";

export type PadAttributes = {
  /** Elements added before each dimension, and after it. */
  readonly before: readonly number[];
  readonly after: readonly number[];
};

export const padFields: AttributeSchema<PadAttributes> = {
  before: integers(null, { min: 0 }),
  after: integers(null, { min: 0 }),
};

export function paddedShape({ before, after }: PadAttributes, shape: Shape): Shape {
  for (const list of [before, after]) {
    if (list.length === shape.length) continue;
    throw mismatch(`pads ${list.length} dimensions of a rank ${shape.length} tensor`);
  }
  return shape.map((size, axis) => (before[axis] ?? 0) + size + (after[axis] ?? 0));
}

export function inferPadded({ attributes, inputs }: InferContext<PadAttributes>): InferredType[] {
  const { dtype, shape } = must(inputs[0], "input").type;
  return [{ dtype, shape: paddedShape(attributes, shape) }];
}

/** [top, left, bottom, right] of a pad that leaves images and channels alone; null otherwise. */
export function spatialPads({ before, after }: PadAttributes): readonly number[] | null {
  const untouched = [0, 3].every((axis) => before[axis] === 0 && after[axis] === 0);
  const [, top = 0, left = 0] = before;
  const [, bottom = 0, right = 0] = after;
  return before.length === 4 && untouched ? [top, left, bottom, right] : null;
}

/** The value of real zero. */
export const zeroOf = ({ quantization }: TensorType): number => quantization?.zeroPoint[0] ?? 0;

/** The part of the output that is the input. */
export function bodyView({ before }: PadAttributes, input: Shape, output: Shape): View {
  return box(whole(output), before, input);
}

/** [before, after] of each dimension, as TFLite lists them. */
export function readPads({ inputs }: TfliteReadContext): PadAttributes {
  const pairs = constantIntegers(inputs[1], "the list of paddings");
  return {
    before: pairs.filter((_, index) => index % 2 === 0),
    after: pairs.filter((_, index) => index % 2 === 1),
  };
}

export function padsOperand({ attributes }: KernelContextTypes<PadAttributes>) {
  const { before, after } = attributes;
  const values = before.flatMap((count, axis) => [count, after[axis] ?? 0]);
  return integerOperand("paddings", values, [before.length, 2]);
}

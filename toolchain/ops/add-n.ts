/**
 * add_n: the sum of two to eight tensors of one shape, from left to right. float32 rounds after
 * each addition, int32 wraps.
 *
 * int8 as TensorFlow Lite Micro has it (add_n.cc): all inputs are quantised alike, with zero point
 * Z and scale s. Half of (x - Z) * 2^20, which is exact, is summed and brought to the output's
 * scale with gemmlowp's rounding, under both contracts. Under tflm the sum has one more term, of
 * x = 0: reference/add_n.h begins it with the offset alone, which means nothing but for Z = 0.
 */
import { must } from "../diagnostics/assert.ts";
import {
  elementCount,
  newTensor,
  sameShape,
  type TensorData,
  type TensorType,
} from "../ir/types.ts";
import { quantizeMultiplier, type Rounding, requantize } from "../numeric/requantize.ts";
import {
  defineOp,
  type InferContext,
  type InferredType,
  type KernelContext,
  type KernelForm,
  type ReferenceContext,
} from "./op.ts";
import { activationRange } from "./shared/activation.ts";
import { elementCost } from "./shared/element-cost.ts";
import { sameOperands } from "./shared/linear-layer.ts";
import {
  firstType,
  mismatch,
  quantizationOf,
  requireInputs,
  requireSameQuantization,
  requireType,
  unsupported,
} from "./shared/operands.ts";
import { streamAligned } from "./shared/rows.ts";
import { tensorTypeCodes } from "./shared/tflite-schema.ts";

type NoAttributes = Record<string, never>;

const INPUTS_MAX = 8;
const LEFT_SHIFT = 20;
const HALF = 2 ** (LEFT_SHIFT - 1);

function infer(context: InferContext<NoAttributes>): InferredType[] {
  const count = context.inputs.length;
  if (count < 2 || count > INPUTS_MAX) {
    throw unsupported(`adds ${count} tensors; 2 to ${INPUTS_MAX} are supported`);
  }
  const inputs = requireInputs(context, count);
  const { dtype, shape } = firstType(inputs);
  for (const input of inputs) {
    requireType(input, "int8", "float32", "int32");
    if (input.type.dtype !== dtype || !sameShape(input.type.shape, shape)) {
      const found = `${input.type.dtype}[${input.type.shape}]`;
      throw mismatch(`${input.name} is ${found}, the first tensor ${dtype}[${shape}]`);
    }
  }
  return [{ dtype, shape }];
}

function scalingOf(inputs: readonly TensorType[], output: TensorType, rounding: Rounding) {
  const input = firstType(inputs.map((type) => ({ type })));
  for (const other of inputs) requireSameQuantization(other, input);
  const { scale, zeroPoint } = quantizationOf(input);
  const to = quantizationOf(output);
  const factor = quantizeMultiplier((2 * scale) / (2 ** LEFT_SHIFT * to.scale));
  const start = rounding === "tflm" ? -zeroPoint * HALF : 0;
  return { factor, inputZero: zeroPoint, outputZero: to.zeroPoint, start };
}

/** The sum of one element of every tensor. */
function sumRule(
  inputs: readonly TensorType[],
  output: TensorType,
  rounding: Rounding,
): (values: readonly number[]) => number {
  if (output.dtype !== "int8") {
    const round = output.dtype === "float32" ? Math.fround : (value: number) => value | 0;
    return (values) => values.reduce((sum, value) => round(sum + value));
  }
  const { factor, inputZero, outputZero, start } = scalingOf(inputs, output, rounding);
  const { min, max } = activationRange("none", output);
  return (values) => {
    const terms = values.map((value) => (value - inputZero) * HALF);
    const sum = terms.reduce((total, term) => total + term, start);
    return Math.min(Math.max(requantize(sum, factor, "tflm") + outputZero, min), max);
  };
}

function reference({ inputs, outputs, rounding }: ReferenceContext<NoAttributes>): TensorData[] {
  const tensors = inputs.map((value) => must(value, "tensor"));
  const output = must(outputs[0], "output type");
  const rule = sumRule(
    tensors.map(({ type }) => type),
    output,
    rounding,
  );
  const result = newTensor(output);
  for (const index of result.keys()) {
    result[index] = rule(tensors.map(({ data }) => Number(data[index])));
  }
  return [result];
}

function forms({ inputs, outputs, rounding }: KernelContext<NoAttributes>): KernelForm[] {
  const tensors = inputs.map((tensor) => must(tensor, "tensor"));
  const constant = tensors.find(({ data }) => data);
  if (constant) throw unsupported(`${constant.name} is a constant; add_n adds run-time tensors`);
  const output = firstType(outputs);
  const types = tensors.map(({ type }) => type);
  const scaling = output.dtype === "int8" ? scalingOf(types, output, rounding) : null;
  const elements = elementCount(output.shape);
  const count = tensors.length;
  const wide = scaling ? 12 : 0;
  const form: KernelForm = {
    name: "loop",
    source: "add-n",
    entry: `add${count}`,
    constants: {
      ...{ ELEMENTS: elements, INPUTS: count, TYPE: tensorTypeCodes[output.dtype] },
      ...(scaling && {
        INPUT_ZERO: scaling.inputZero,
        START: scaling.start,
        MANTISSA: BigInt(scaling.factor.mantissa),
        SHIFT: scaling.factor.shift,
        OUTPUT_ZERO: scaling.outputZero,
      }),
    },
    scratch: [],
    weights: new Uint8Array(),
    cost: elementCost([[elements, { memory: count + 1, narrow: 2 * count, wide, loop: 1 }]]),
    overlaps: tensors.map((_, input) => ({
      ...{ input, output: 0, distanceBytes: 0 },
      kind: elements === 1 ? "anywhere" : "lead",
    })),
  };
  return [form];
}

export const addN = defineOp<NoAttributes>({
  name: "add_n",
  summary: "sum of two to eight tensors of one shape",
  attributes: {},
  infer,
  reference,
  rows: { stream: streamAligned },
  quantization: { output: { kind: "calibrated" } },
  forms,
  tflite: [
    {
      builtin: "ADD_N",
      code: 106,
      optionsType: 82,
      options: [],
      read: ({ inputs }) => ({ attributes: {}, inputs: [...inputs.keys()] }),
      write: ({ inputs }) => ({ options: {}, inputs: sameOperands(inputs), version: 1 }),
    },
  ],
});

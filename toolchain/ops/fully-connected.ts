/**
 * fully_connected: every output is a weighted sum of a whole row of inputs.
 *
 * The input is read as [rows, depth], weights are [outputs, depth]. The output is [rows, outputs],
 * or with keepDims the input's shape with its last dimension replaced. Without a bias the weights
 * may also be computed at run time, or have a zero point.
 */
import { must } from "../diagnostics/assert.ts";
import { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Tensor } from "../ir/graph.ts";
import { dtypes, elementCount, newTensor, type Shape, type TensorData } from "../ir/types.ts";
import { fullyConnectedPackedForms, type MatrixSizes } from "./forms/fully-connected-packed.ts";
import {
  defineOp,
  type InferContext,
  type InferredType,
  type KernelContext,
  type KernelContextTypes,
  type KernelForm,
  type ReferenceContext,
  type TfliteReadContext,
} from "./op.ts";
import {
  type Activation,
  activationField,
  activationRewrites,
  activations,
} from "./shared/activation.ts";
import { flag } from "./shared/attributes.ts";
import { filterAt, finishWriter, weightBytes } from "./shared/channel-records.ts";
import { floatConstants, quantizedConstants } from "./shared/channel-requantization.ts";
import { kernelCost, macInstructions, pointerMacs } from "./shared/kernel-cost.ts";
import { linearArithmetic } from "./shared/linear-arithmetic.ts";
import {
  checkLinear,
  checkRank,
  checkSymmetry,
  elementSuffix,
  isSymmetric,
  kernelLayer,
  type LinearLayer,
  linearMacs,
  linearOperands,
  referenceLayer,
  type SumConvention,
  sameOperands,
  unbiasedTypes,
} from "./shared/linear-layer.ts";
import { matmulForm, matmulOf } from "./shared/matmul.ts";
import { activationOfTflite } from "./shared/tflite-activation.ts";
import { WeightsWriter } from "./shared/weights-writer.ts";

export type FullyConnectedAttributes = {
  readonly activation: Activation;
  readonly keepDims: boolean;
};

/** The only axis of the weights that scales may belong to. */
const OUTPUTS = 0;

/** TFLite sums int16 without a bias in 32 bits here, TFLite Micro in 64. */
const sums: SumConvention = { unbiasedNarrow: true, roundsTwice: () => false };

function infer(context: InferContext<FullyConnectedAttributes>): InferredType[] {
  const { attributes, inputs, outputCount } = context;
  checkRank(inputs[1], 2);
  const { input, weights, bias } = checkLinear(inputs, outputCount, OUTPUTS);
  if (bias || !isProduct(input, weights)) checkSymmetry(weights);
  const { dtype, shape } = input.type;
  const [outputs = 0, depth = 0] = weights.type.shape;
  const fits = attributes.keepDims ? shape.at(-1) === depth : elementCount(shape) % depth === 0;
  if (!fits) {
    throw new Diagnostic("EF2002", {
      message: `an input of shape [${shape}] does not divide into rows of ${depth} weights`,
    });
  }
  const rows = attributes.keepDims ? shape.slice(0, -1) : [elementCount(shape) / depth];
  return [{ dtype, shape: [...rows, outputs] }];
}

/** Whether the weights may be an activation, as where a converter lowers a product of two. */
function isProduct(input: Tensor, weights: Tensor): boolean {
  const scales = weights.type.quantization?.scale.length ?? 1;
  return input.type.dtype === weights.type.dtype && scales === 1;
}

/** Sizes of the matrix product that the layer is. */
function matrixSizes(weights: Shape, output: Shape): MatrixSizes {
  const [outputs, depth] = weights;
  return {
    rows: elementCount(output) / must(outputs, "outputs of weights"),
    outputs: must(outputs, "outputs of weights"),
    depth: must(depth, "depth of weights"),
  };
}

function reference(context: ReferenceContext<FullyConnectedAttributes>): TensorData[] {
  const { layer, input } = referenceLayer(context, "float32", sums);
  const { rows, outputs, depth } = matrixSizes(layer.weights.type.shape, layer.output.shape);
  const values = input.data as ArrayLike<number>;
  const weights = layer.weights.data as ArrayLike<number>;
  const { multiplyAdd, finish } = linearArithmetic(layer, outputs);
  const result = newTensor(layer.output);
  for (let row = 0; row < rows; row++) {
    for (let channel = 0; channel < outputs; channel++) {
      let sum = 0;
      for (let k = 0; k < depth; k++) {
        const value = values[row * depth + k] as number;
        sum = multiplyAdd(sum, value, weights[channel * depth + k] as number);
      }
      result[row * outputs + channel] = finish(sum, channel);
    }
  }
  return [result];
}

/** Inputs of one pull of a group's weights. */
const TILE_DEPTH_MAX = 128;

/** How a form cuts the matrix: outputs of a group, inputs of an unrolled body. */
interface Blocking {
  readonly name: string;
  readonly rows: number;
  readonly step: number;
}

function forms(context: KernelContext<FullyConnectedAttributes>): readonly KernelForm[] {
  const { input, weights, bias } = linearOperands(context.inputs);
  const isPlain = weights.data !== undefined && isSymmetric(weights.type);
  if (!isPlain && !bias && isProduct(input, weights)) return [productForm(context, input, weights)];
  const layer = kernelLayer(context, "float32", sums);
  const compact = form(layer, { name: "compact", rows: 1, step: 1 });
  if (layer.input.dtype !== "int8") return [compact];
  const sizes = matrixSizes(layer.weights.type.shape, layer.output.shape);
  const rows = Math.min(4, sizes.outputs);
  return [
    ...fullyConnectedPackedForms(layer, sizes),
    form(layer, { name: `rows-${rows}`, rows, step: 8 }),
    compact,
  ];
}

/** The plain product of rows, for weights of run time and for those with a zero point. */
function productForm(
  context: KernelContext<FullyConnectedAttributes>,
  input: Tensor,
  weights: Tensor,
): KernelForm {
  const types = unbiasedTypes(context, "float32", sums);
  const { rows, depth } = matrixSizes(weights.type.shape, types.output.shape);
  const adjoints = { adjX: false, adjY: true };
  return matmulForm(types, matmulOf([rows, depth], weights.type.shape, adjoints), input, weights);
}

function form(layer: LinearLayer, { name, rows, step }: Blocking): KernelForm {
  const sizes = matrixSizes(layer.weights.type.shape, layer.output.shape);
  const { depth, outputs } = sizes;
  const groups = Math.ceil(outputs / rows);
  const { bytes, blockBytes, finishBytes } = groupBlocks(layer, groups, rows);
  const pulls = Math.ceil(depth / TILE_DEPTH_MAX);
  const rowBytes = rows * dtypes[layer.weights.type.dtype].bytes;
  const before = (pulls - 1) * TILE_DEPTH_MAX * rowBytes;
  const lastPull = blockBytes - before;
  const unrolled = step > 1;
  const macs = sizes.rows * groups * rows * depth;
  return {
    name,
    source: "fully-connected",
    entry: unrolled ? "fullyConnectedRows" : `fullyConnected${elementSuffix(layer)}`,
    constants: {
      ...{ BATCH: sizes.rows, DEPTH: depth, OUTPUTS: outputs },
      ...(unrolled && { ROWS: rows, STEP: step }),
      ...{ TILE: TILE_DEPTH_MAX, BLOCK: blockBytes, LAST_PULL: lastPull },
      CONSTANTS: lastPull - finishBytes,
      ...(layer.input.dtype === "float32" ? floatConstants(layer) : quantizedConstants(layer)),
    },
    scratch: [
      {
        name: "tile",
        bytes: Math.max(lastPull, pulls > 1 ? TILE_DEPTH_MAX * rowBytes : 0),
        alignment: 8,
      },
    ],
    weights: bytes,
    cost: kernelCost({
      macs: [unrolled ? [macs, macInstructions.fourSums] : pointerMacs(macs, layer.input.dtype)],
      outputs: sizes.rows * groups * rows,
      pulls: sizes.rows * groups * pulls,
      weightBytesRead: sizes.rows * bytes.length,
      unrolledMacs: unrolled ? rows * (step + 1) : 0,
    }),
  };
}

/** The weights section: a block a group, weights interleaved, then what finishes its outputs. */
function groupBlocks(layer: LinearLayer, groups: number, rows: number) {
  const { outputs, depth } = matrixSizes(layer.weights.type.shape, layer.output.shape);
  const writeFinish = finishWriter(layer, outputs, ({ mantissa, shift, foldedBias }) => [
    ...[mantissa, shift, foldedBias],
  ]);
  const writer = new WeightsWriter();
  let finishBytes = 0;
  for (let group = 0; group < groups; group++) {
    const first = Math.min(group * rows, outputs - rows);
    const channels = Array.from({ length: rows }, (_, row) => first + row);
    const filters = channels.map((channel) => filterAt(layer, channel * depth, 1, depth));
    const interleaved: number[] = [];
    for (let k = 0; k < depth; k++) {
      for (const filter of filters) interleaved.push(must(filter[k], "weight"));
    }
    writer.bytes(weightBytes(layer, interleaved)).align(layer.wide ? 8 : 4);
    const start = writer.length;
    for (const [row, channel] of channels.entries()) {
      writeFinish(writer, channel, must(filters[row], "filter"));
    }
    finishBytes = writer.length - start;
  }
  const bytes = writer.finish();
  return { bytes, blockBytes: bytes.length / groups, finishBytes };
}

function read({ options, inputs }: TfliteReadContext) {
  if (options.weights_format !== 0) {
    throw new Diagnostic("EF1004", { message: "fully connected weights are in a shuffled format" });
  }
  const attributes = {
    activation: activationOfTflite(options),
    keepDims: options.keep_num_dims === true,
  };
  return { attributes, inputs: inputs.map((_, index) => index) };
}

/** The first version of the file's operator that has what this node uses (op_version.cc). */
function version(
  { keepDims }: FullyConnectedAttributes,
  { inputs }: KernelContextTypes<FullyConnectedAttributes>,
): number {
  const [input, weights, bias] = inputs;
  const perChannel = (weights?.type.quantization?.scale.length ?? 1) > 1;
  const uses: readonly (readonly [number, boolean])[] = [
    [12, perChannel],
    [6, !bias],
    [5, keepDims],
    [7, input?.type.dtype === "int16"],
    [4, input?.type.dtype === "int8"],
  ];
  return uses.find(([, used]) => used)?.[0] ?? 1;
}

export const fullyConnected = defineOp<FullyConnectedAttributes>({
  name: "fully_connected",
  summary: "matrix product with weights, bias and fused activation",
  attributes: { activation: activationField, keepDims: flag },
  rewrites: activationRewrites,
  infer,
  reference,
  macs: (context) => linearMacs(context, OUTPUTS),
  quantization: {
    output: { kind: "calibrated" },
    weights: { input: 1, axis: null },
    bias: { input: 2 },
  },
  forms,
  tflite: [
    {
      builtin: "FULLY_CONNECTED",
      code: 9,
      optionsType: 8,
      options: [
        { name: "fused_activation_function", slot: 0, type: "int8", default: 0 },
        { name: "weights_format", slot: 1, type: "int8", default: 0 },
        { name: "keep_num_dims", slot: 2, type: "bool", default: false },
        { name: "asymmetric_quantize_inputs", slot: 3, type: "bool", default: false },
      ],
      read,
      write: (context) => ({
        options: {
          fused_activation_function: activations[context.attributes.activation].code,
          weights_format: 0,
          keep_num_dims: context.attributes.keepDims,
          asymmetric_quantize_inputs: false,
        },
        inputs: sameOperands(context.inputs),
        version: version(context.attributes, context),
      }),
    },
  ],
});

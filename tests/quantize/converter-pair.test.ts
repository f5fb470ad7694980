/**
 * Our weights and biases against a real converter's: float32 models and the int8 files that
 * TensorFlow's converter made of the same networks. Activation scales are the int8 file's own,
 * since they depend on its calibration data.
 */
import { describe, expect, it } from "vitest";
import { must } from "../../toolchain/diagnostics/assert.ts";
import { writeTflite } from "../../toolchain/export/tflite/write.ts";
import { readTflite } from "../../toolchain/import/tflite/read.ts";
import { type Graph, inputsOf, outputsOf, type Tensor } from "../../toolchain/ir/graph.ts";
import { bytesOf, type TensorData, viewTensor } from "../../toolchain/ir/types.ts";
import { seededRandom } from "../../toolchain/learn/random.ts";
import { operatorOf } from "../../toolchain/ops/registry.ts";
import { quantizeBias } from "../../toolchain/quantize/bias.ts";
import { quantize } from "../../toolchain/quantize/quantize.ts";
import { quantizeWeights } from "../../toolchain/quantize/weights.ts";
import { interpret } from "../../toolchain/simulate/reference/interpreter.ts";
import { readShared, sharedDataPresent } from "../oracles/goldens.ts";
import { runTflite } from "../oracles/tflite-runtime.ts";

const values = ({ name, type, data }: Tensor): TensorData =>
  viewTensor(type.dtype, must(data, `constant ${name}`));

const floats = (tensor: Tensor): Float32Array => {
  const data = values(tensor);
  expect(data).toBeInstanceOf(Float32Array);
  return data as Float32Array;
};

/** Nodes with weights, in execution order: what both files must have in the same order. */
function linearNodes(graph: Graph) {
  return graph.nodes.flatMap((node) => {
    const { weights } = operatorOf(node).quantization;
    if (weights === undefined) return [];
    const [input, kernel, bias] = inputsOf(graph, node).map((tensor) => must(tensor, node.name));
    return [
      {
        axis: weights.axis,
        input: must(input, "input"),
        weights: must(kernel, "weights"),
        bias: must(bias, "bias"),
      },
    ];
  });
}

function differing(ours: TensorData, theirs: TensorData): number {
  expect(ours.length).toBe(theirs.length);
  return [...ours].filter((value, index) => value !== theirs[index]).length;
}

function compare(floatFile: string, int8File: string) {
  const original = linearNodes(readTflite(readShared(`models/${floatFile}`), floatFile));
  const converted = linearNodes(readTflite(readShared(`models/${int8File}`), int8File));
  expect(original).toHaveLength(converted.length);
  const total = { weights: 0, differing: 0, scales: 0 };
  original.forEach((layer, index) => {
    const theirs = must(converted[index], "a layer of the int8 file");
    const inputScale = must(theirs.input.type.quantization?.scale[0], "input scale");
    const limit = { bias: floats(layer.bias), inputScale };
    const { shape } = layer.weights.type;
    const weights = quantizeWeights(floats(layer.weights), shape, layer.axis, limit);
    const bias = quantizeBias(limit.bias, inputScale, weights.quantization.scale);
    expect(weights.quantization.scale).toEqual(theirs.weights.type.quantization?.scale);
    expect(bias.quantization.scale).toEqual(theirs.bias.type.quantization?.scale);
    expect(differing(bias.values, values(theirs.bias))).toBe(0);
    const count = differing(weights.values, values(theirs.weights));
    total.weights += weights.values.length;
    total.differing += count;
    total.scales += weights.quantization.scale.length;
  });
  return total;
}

const name = sharedDataPresent ? "" : " (skipped: ../shared/data is absent)";

describe.skipIf(!sharedDataPresent)(`the converter's own weights and biases${name}`, () => {
  it("ad01: per tensor, every weight, scale and bias equal", () => {
    const total = compare("ad01_fp32.tflite", "ad01_int8.tflite");
    expect(total).toEqual({ weights: 264192, differing: 0, scales: 10 });
  });

  it("resnet8: per channel, every weight, scale and bias equal", () => {
    const total = compare("pretrainedResnet.tflite", "pretrainedResnet_quant.tflite");
    expect(total).toEqual({ weights: 77360, differing: 0, scales: 337 });
  });
});

describe.skipIf(!sharedDataPresent)(`a whole real model, resnet8, quantised by us${name}`, () => {
  const file = "pretrainedResnet.tflite";
  const random = seededRandom(31);
  const picture = () => new Float32Array(32 * 32 * 3).map(() => random.uniform(0, 255));
  const ours = () => quantize(readTflite(readShared(`models/${file}`), "resnet"), [[picture()]]);

  it("follows the converter's rules and runs in the real TensorFlow Lite", async () => {
    const graph = ours();
    const theirs = readTflite(readShared("models/pretrainedResnet_quant.tflite"), "quant");
    expect(graph.nodes.map(({ op }) => op)).toEqual(theirs.nodes.map(({ op }) => op));
    graph.nodes.forEach((node, index) => {
      const [output, expected] = [graph, theirs].map(
        (model) => outputsOf(model, must(model.nodes[index], "node"))[0]?.type.quantization,
      );
      const input = inputsOf(graph, node)[0]?.type.quantization;
      const kind = operatorOf(node).quantization.output.kind;
      if (kind === "same") expect(output).toEqual(input);
      if (kind === "fixed") expect(output).toEqual(expected);
      if (node.attributes.activation === "relu") expect(output?.zeroPoint).toEqual([-128]);
    });
    const input = bytesOf(new Int8Array(32 * 32 * 3).map(() => random.bits() >> 24));
    const reference = interpret(graph, [input], { rounding: "tflite" }).outputs;
    expect(await runTflite(writeTflite(graph), [input])).toEqual(reference);
  }, 60_000);
});

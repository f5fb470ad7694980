/**
 * Post-training quantisation end to end: a float32 graph in, an int8 graph out that agrees with
 * it.
 */
import { describe, expect, it } from "vitest";
import { predictor } from "../../models/predict.ts";
import { must } from "../../toolchain/diagnostics/assert.ts";
import { Diagnostic } from "../../toolchain/diagnostics/diagnostic.ts";
import { writeTflite } from "../../toolchain/export/tflite/write.ts";
import { type Graph, outputsOf, type Tensor } from "../../toolchain/ir/graph.ts";
import { bytesOf } from "../../toolchain/ir/types.ts";
import { conv2d, fullyConnected } from "../../toolchain/learn/layers.ts";
import { network } from "../../toolchain/learn/network.ts";
import { type Random, seededRandom } from "../../toolchain/learn/random.ts";
import { toGraph } from "../../toolchain/learn/to-graph.ts";
import { asymmetric } from "../../toolchain/quantize/choose-params.ts";
import { quantize } from "../../toolchain/quantize/quantize.ts";
import { interpret } from "../../toolchain/simulate/reference/interpreter.ts";
import { runTflite } from "../oracles/tflite-runtime.ts";

const image = (random: Random): Float32Array =>
  new Float32Array(10 * 9 * 2).map(() => random.uniform(-1, 2));

const images = (count: number, seed: number): Float32Array[] => {
  const random = seededRandom(seed);
  return Array.from({ length: count }, () => image(random));
};

function smallNetwork(softmax: boolean): Graph {
  const net = network(
    [10, 9, 2],
    [
      conv2d({ filters: 8, kernel: 3, stride: 2, padding: "same", activation: "relu" }),
      conv2d({ filters: 5, kernel: 3, stride: 1, padding: "valid", activation: "none" }),
      fullyConnected({ units: 12, activation: "relu" }),
      fullyConnected({ units: 4, activation: "none" }),
    ],
    17,
  );
  const random = seededRandom(3);
  for (const { name, values } of net.parameters) {
    if (name === "bias") values.set(values.map(() => random.uniform(-0.3, 0.3)));
  }
  return toGraph(net, { name: "small", softmax });
}

const samples = () => images(50, 7).map((sample) => [sample]);
const tensorCalled = (graph: Graph, name: string): Tensor =>
  must(
    graph.tensors.find((tensor) => tensor.name === name),
    name,
  );

/** Signal power over error power, in decibels. */
function signalToNoise(float: Graph, int8: Graph): number {
  const [exact, rounded] = [predictor(float), predictor(int8)];
  let signal = 0;
  let noise = 0;
  for (const sample of images(40, 99)) {
    const answer = rounded(sample);
    exact(sample).forEach((value, index) => {
      signal += value ** 2;
      noise += (value - (answer[index] ?? Number.NaN)) ** 2;
    });
  }
  return 10 * Math.log10(signal / noise);
}

describe("quantize", () => {
  const float = smallNetwork(false);
  const int8 = quantize(float, samples());

  it("answers as the float model does, on inputs it was not calibrated with", () => {
    expect(signalToNoise(float, int8)).toBeGreaterThan(30);
  });

  it("gives the same bytes in the reference and in the real TensorFlow Lite", async () => {
    const quantized = quantize(smallNetwork(true), samples());
    const model = writeTflite(quantized);
    const random = seededRandom(12);
    for (let round = 0; round < 10; round++) {
      const input = bytesOf(new Int8Array(180).map(() => random.bits() >> 24));
      const ours = interpret(quantized, [input], { rounding: "tflite" }).outputs;
      expect(ours).toEqual(await runTflite(model, [input]));
    }
  });

  it("types every tensor by its operator's rule", () => {
    for (const node of int8.nodes) {
      for (const { type } of outputsOf(int8, node)) expect(type.dtype).toBe("int8");
    }
    const scales = (name: string) => tensorCalled(int8, name).type.quantization?.scale.length;
    expect(tensorCalled(int8, "layer_1/weights").type.dtype).toBe("int8");
    expect(tensorCalled(int8, "layer_1/bias").type.dtype).toBe("int32");
    expect(scales("layer_1/weights")).toBe(8);
    expect(scales("layer_1/bias")).toBe(8);
    expect(scales("layer_3/weights")).toBe(1);
    expect(tensorCalled(int8, "conv2d_1").type.quantization?.zeroPoint).toEqual([-128]);
    expect(tensorCalled(int8, "conv2d_2").type.quantization?.zeroPoint).not.toEqual([-128]);
    const output = tensorCalled(quantize(smallNetwork(true), samples()), "softmax_1");
    expect(output.type.quantization).toEqual({ scale: [1 / 256], zeroPoint: [-128], axis: 0 });
  });

  it("leaves its input as it was and repeats itself", () => {
    const before = JSON.stringify(float);
    expect(quantize(float, samples())).toEqual(int8);
    expect(JSON.stringify(float)).toBe(before);
  });
});

const float32 = (name: string, shape: number[], values?: number[]): Tensor => {
  const type = { dtype: "float32", shape } as const;
  return values === undefined
    ? { name, type }
    : { name, type, data: bytesOf(Float32Array.from(values)) };
};

describe("constants", () => {
  it("are copied when two nodes share them and each needs another scale", () => {
    const attributes = { activation: "none", keepDims: false } as const;
    const graph: Graph = {
      name: "twins",
      inputs: [0],
      outputs: [4],
      tensors: [
        float32("x", [1, 2]),
        float32("weights", [2, 2], [2, 1, 0.5, 3]),
        float32("bias", [2], [0.5, -1]),
        float32("first", [1, 2]),
        float32("second", [1, 2]),
      ],
      nodes: [
        { name: "first", op: "fully_connected", attributes, inputs: [0, 1, 2], outputs: [3] },
        { name: "second", op: "fully_connected", attributes, inputs: [3, 1, 2], outputs: [4] },
      ],
    };
    const int8 = quantize(graph, [[Float32Array.of(1, 1)], [Float32Array.of(-1, 0.5)]]);
    // The ranges of both samples together.
    expect(int8.tensors[0]?.type.quantization).toEqual(asymmetric({ min: -1, max: 1 }));
    const [first, second] = int8.nodes;
    expect(first?.inputs).toEqual([0, 1, 2]);
    expect(second?.inputs).toEqual([3, 1, 5]);
    expect(int8.tensors[5]?.name).toBe("bias/copy5");
    const answer = predictor(int8)(Float32Array.of(1, 1));
    // By hand: first = (3.5, 2.5), second = (2 * 3.5 + 2.5 + 0.5, 0.5 * 3.5 + 3 * 2.5 - 1).
    expect(Math.abs((answer[0] ?? 0) - 10)).toBeLessThan(0.1);
    expect(Math.abs((answer[1] ?? 0) - 8.25)).toBeLessThan(0.1);
  });

  it("that are plain operands take their own range", () => {
    const graph: Graph = {
      name: "offset",
      inputs: [0],
      outputs: [2],
      tensors: [float32("x", [1, 2]), float32("c", [1, 2], [0.25, 1]), float32("sum", [1, 2])],
      nodes: [
        {
          name: "add",
          op: "add",
          attributes: { activation: "none" },
          inputs: [0, 1],
          outputs: [2],
        },
      ],
    };
    const int8 = quantize(graph, [[Float32Array.of(-1, 3)], [Float32Array.of(1, 0)]]);
    expect(int8.tensors[1]?.type.quantization).toEqual(asymmetric({ min: 0, max: 1 }));
    const answer = predictor(int8)(Float32Array.of(0.5, 2));
    expect(Math.abs((answer[0] ?? 0) - 0.75)).toBeLessThan(0.02);
    expect(Math.abs((answer[1] ?? 0) - 3)).toBeLessThan(0.02);
  });
});

describe("what cannot be quantised", () => {
  const codeOf = (action: () => unknown): string => {
    try {
      action();
    } catch (error) {
      if (error instanceof Diagnostic) return `${error.code} ${error.message}`;
      throw error;
    }
    return "no error";
  };
  const float = smallNetwork(false);

  it("is refused with EF3001: no samples", () => {
    expect(codeOf(() => quantize(float, []))).toBe("EF3001 there is no calibration sample");
  });

  it("is refused with EF3001: an int8 graph", () => {
    const int8 = quantize(float, samples());
    expect(codeOf(() => quantize(int8, samples()))).toBe(
      "EF3001 tensor input is int8, not float32",
    );
  });

  it("is refused with EF3001: a sample with NaN or infinity", () => {
    for (const bad of [Number.NaN, Number.POSITIVE_INFINITY]) {
      const sample = new Float32Array(180).fill(bad, 90, 91);
      expect(codeOf(() => quantize(float, [[sample]]))).toMatch(/^EF3001 .* not finite/);
    }
  });

  it("is refused with EF3001: a weight that is not finite", () => {
    const tensors = float.tensors.map((tensor) =>
      tensor.name === "layer_4/bias"
        ? { ...tensor, data: bytesOf(Float32Array.of(0, Number.NaN, 0, 0)) }
        : tensor,
    );
    const message = codeOf(() => quantize({ ...float, tensors }, samples()));
    expect(message).toMatch(/^EF3001 .*not finite/);
  });

  it("is refused with EF3001: weights that are computed at run time", () => {
    const attributes = { activation: "none", keepDims: false } as const;
    const graph: Graph = {
      name: "product",
      inputs: [0, 1],
      outputs: [2],
      tensors: [float32("x", [1, 2]), float32("y", [1, 2]), float32("xy", [1, 1])],
      nodes: [{ name: "xy", op: "fully_connected", attributes, inputs: [0, 1], outputs: [2] }],
    };
    const sample = [Float32Array.of(1, 2), Float32Array.of(3, 4)];
    expect(codeOf(() => quantize(graph, [sample]))).toBe(
      "EF3001 tensor y is not a float32 constant",
    );
  });
});

/**
 * A trained network and the Graph made of it compute the same, in the IR's own semantics.
 */
import { describe, expect, it } from "vitest";
import { Diagnostic } from "../../toolchain/diagnostics/diagnostic.ts";
import { bytesOf, viewTensor } from "../../toolchain/ir/types.ts";
import { type Conv2dOptions, conv2d, fullyConnected } from "../../toolchain/learn/layers.ts";
import { forward, network } from "../../toolchain/learn/network.ts";
import { seededRandom } from "../../toolchain/learn/random.ts";
import { toGraph } from "../../toolchain/learn/to-graph.ts";
import { interpret } from "../../toolchain/simulate/reference/interpreter.ts";

const HEIGHT = 9;
const WIDTH = 8;

function networkWith(options: Pick<Conv2dOptions, "kernel" | "stride" | "padding">) {
  return network(
    [HEIGHT, WIDTH, 3],
    [
      conv2d({ ...options, filters: 4, activation: "relu" }),
      conv2d({ ...options, filters: 5, activation: "none" }),
      fullyConnected({ units: 6, activation: "relu" }),
      fullyConnected({ units: 3, activation: "none" }),
    ],
    21,
  );
}

describe("toGraph", () => {
  const cases = [
    { kernel: 3, stride: 1, padding: "same" },
    { kernel: 3, stride: 2, padding: "same" },
    { kernel: 2, stride: 2, padding: "same" },
    { kernel: 5, stride: 3, padding: "same" },
    { kernel: 3, stride: 1, padding: "valid" },
    { kernel: 2, stride: 2, padding: "valid" },
  ] as const;

  it.each(cases)("computes what the network does: %o", (options) => {
    const net = networkWith(options);
    const random = seededRandom(8);
    for (const { values } of net.parameters) values.set(values.map(() => random.uniform(-1, 1)));
    const x = new Float32Array(HEIGHT * WIDTH * 3).map(() => random.uniform(-1, 1));
    const graph = toGraph(net, { name: "net", softmax: false });
    const [bytes] = interpret(graph, [bytesOf(x)], { rounding: "tflite" }).outputs;
    const ours = [...forward(net, x)];
    const theirs = [...viewTensor("float32", bytes ?? new Uint8Array())].map(Number);
    expect(theirs).toHaveLength(3);
    const size = Math.max(...ours.map(Math.abs));
    expect(size).toBeGreaterThan(0.1);
    ours.forEach((value, i) => {
      expect(Math.abs(value - (theirs[i] ?? 0))).toBeLessThan(1e-5 * size);
    });
  });

  it("copies the weights, so that later training leaves the graph alone", () => {
    const net = networkWith(cases[0]);
    const graph = toGraph(net, { name: "net", softmax: false });
    const before = JSON.stringify(graph);
    for (const { values } of net.parameters) values.fill(7);
    expect(JSON.stringify(graph)).toBe(before);
  });

  it("ends with softmax when asked", () => {
    const graph = toGraph(networkWith(cases[0]), { name: "net", softmax: true });
    expect(graph.nodes.at(-1)?.op).toBe("softmax");
    expect(graph.outputs).toEqual(graph.nodes.at(-1)?.outputs);
  });

  it("refuses a window larger than its input", () => {
    const valid = { kernel: 5, stride: 3, padding: "valid" } as const;
    expect(() => networkWith(valid)).toThrow(Diagnostic);
  });
});

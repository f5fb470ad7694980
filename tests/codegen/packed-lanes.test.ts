/**
 * Packed layers at the very edge of a lane: all weights 127 or -127 and all inputs at an extreme,
 * so that a sum that leaves its 21 bits, or one split too late, spills into the neighbour's
 * channel. Random weights never come near.
 */
import { describe, expect, it } from "vitest";
import { v8Runner } from "../../toolchain/cli/runners.ts";
import { GraphBuilder } from "../../toolchain/import/builder/builder.ts";
import type { Value } from "../../toolchain/import/builder/dag-builder.ts";
import { int8, type QuantizationInit } from "../../toolchain/import/builder/tensor-types.ts";
import { byteLength } from "../../toolchain/ir/types.ts";
import { roundings } from "../../toolchain/numeric/requantize.ts";
import { buildArtifact } from "../../toolchain/pack/artifact.ts";
import { makePlan } from "../../toolchain/plan/plan.ts";
import { interpret } from "../../toolchain/simulate/reference/interpreter.ts";

/** Neighbouring channels pull in opposite directions. */
const saturated = (g: GraphBuilder, shape: readonly number[], signOf: (at: number) => number) => {
  const values = Array.from(
    { length: shape.reduce((a, b) => a * b, 1) },
    (_, at) => 127 * signOf(at),
  );
  return g.constant("w", int8(shape, { scale: 0.01 }), values);
};

const alternate = (index: number) => (index % 2 === 0 ? 1 : -1);

/** Wide enough that no sum saturates, so that every wrong bit above the rounding shows. */
const wide = (taps: number): QuantizationInit => ({ scale: 0.1 * 0.01 * taps * 255, zeroPoint: 3 });

interface Layer {
  readonly name: string;
  readonly input: readonly number[];
  readonly layer: (g: GraphBuilder, x: Value) => Value;
}

const layers: readonly Layer[] = [
  ...[63, 64, 65, 66, 130, 144, 200].map((taps) => ({
    name: `conv2d of ${taps} taps`,
    input: [1, 2, 2, taps],
    layer: (g: GraphBuilder, x: Value) => {
      const w = saturated(g, [6, 1, 1, taps], (at) => alternate(Math.floor(at / taps)));
      return g.conv2d(x, w, null, { output: wide(taps) });
    },
  })),
  ...[64, 65, 129, 500].map((depth) => ({
    name: `fully connected of ${depth}`,
    input: [1, depth],
    layer: (g: GraphBuilder, x: Value) => {
      const w = saturated(g, [40, depth], (at) => alternate(Math.floor(at / depth)));
      return g.fullyConnected(x, w, null, { output: wide(depth) });
    },
  })),
  {
    name: "depthwise 3x3",
    input: [1, 5, 5, 6],
    layer: (g, x) => {
      const w = saturated(g, [1, 3, 3, 6], (at) => alternate(at % 6));
      return g.depthwiseConv2d(x, w, null, { padding: "same", output: wide(9) });
    },
  },
];

describe.each(layers)("$name", ({ input, layer }) => {
  it.each(roundings)("equals the reference at every extreme, %s", async (rounding) => {
    const g = new GraphBuilder("edge");
    const x = g.input("x", int8(input, { scale: 0.1, zeroPoint: -128 }));
    const graph = g.build(layer(g, x));
    const artifact = await buildArtifact(makePlan(graph, { rounding, optimize: "speed" }));
    const runner = v8Runner(artifact);
    for (const fill of [0x80, 0x7f, 0xff, 0]) {
      const bytes = new Uint8Array(byteLength(x.type)).fill(fill);
      const [wanted] = interpret(graph, [bytes], { rounding }).outputs;
      expect(await runner.run(bytes)).toEqual(wanted);
    }
  });
});

/** A small image network for images of any size, and one whose last layer belongs to a size. */
import { GraphBuilder } from "../../toolchain/import/builder/builder.ts";
import type { Value } from "../../toolchain/import/builder/dag-builder.ts";
import { int8, int32 } from "../../toolchain/import/builder/tensor-types.ts";
import type { Graph } from "../../toolchain/ir/graph.ts";
import { elementCount, type Shape } from "../../toolchain/ir/types.ts";

const activations = { scale: 0.05, zeroPoint: -128 };
const weightScale = 0.01;

/** Weights that differ, and no bias. */
function layer(g: GraphBuilder, name: string, shape: Shape, outputs: number) {
  const weights = Array.from({ length: elementCount(shape) }, (_, i) => ((i * 37) % 41) - 20);
  const biasScale = activations.scale * weightScale;
  return [
    g.constant(`${name}:weights`, int8(shape, { scale: weightScale, zeroPoint: 0 }), weights),
    g.constant(
      `${name}:bias`,
      int32([outputs], { scale: biasScale, zeroPoint: 0 }),
      Array.from({ length: outputs }, () => 0),
    ),
  ] as const;
}

const same = { padding: "same", output: activations, activation: "relu" } as const;

function trunk(g: GraphBuilder, height: number, width: number): Value {
  const image = g.input("image", int8([1, height, width, 3], activations));
  const first = g.conv2d(image, ...layer(g, "first", [8, 3, 3, 3], 8), {
    ...{ ...same, stride: 2, name: "first" },
  });
  const wide = g.conv2d(first, ...layer(g, "wide", [16, 1, 1, 8], 16), { ...same, name: "wide" });
  const planes = g.depthwiseConv2d(wide, ...layer(g, "planes", [1, 3, 3, 16], 16), {
    ...{ ...same, name: "planes" },
  });
  const sum = g.add(planes, wide, { output: activations, name: "sum" });
  return g.maxPool2d(sum, 2, { stride: 2, name: "shrink" });
}

function head(g: GraphBuilder, flat: Value, inputs: number): Graph {
  const [weights, bias] = layer(g, "classes", [4, inputs], 4);
  const scores = g.fullyConnected(flat, weights, bias, { output: activations, name: "classes" });
  return g.build(scores);
}

/** Ends in an average over the whole image: any size will do. */
export function anySize(height: number, width: number): Graph {
  const g = new GraphBuilder("any-size");
  const features = trunk(g, height, width);
  const [, rows = 1, columns = 1] = features.type.shape;
  const pooled = g.averagePool2d(features, [rows, columns], { stride: 1, name: "mean" });
  return head(g, g.reshape(pooled, [1, 16], { name: "flat" }), 16);
}

/** Its fully connected layer reads every pixel. */
export function oneSize(height: number, width: number): Graph {
  const g = new GraphBuilder("one-size");
  const features = trunk(g, height, width);
  const inputs = elementCount(features.type.shape);
  return head(g, g.reshape(features, [1, inputs], { name: "flat" }), inputs);
}

/** Two convolutions on floats: what an int8 model of it takes is an estimate. */
export function floatModel(): Graph {
  const g = new GraphBuilder("floats");
  const type = { dtype: "float32" } as const;
  const values = (count: number) => Array.from({ length: count }, (_, i) => ((i % 9) - 4) / 8);
  const image = g.input("image", { ...type, shape: [1, 16, 16, 2] });
  const [shape, outputs] = [[4, 3, 3, 2], 4];
  const weights = g.constant("weights", { ...type, shape }, values(72));
  const bias = g.constant("bias", { ...type, shape: [outputs] }, values(outputs));
  return g.build(g.conv2d(image, weights, bias, { padding: "same", name: "only" }));
}

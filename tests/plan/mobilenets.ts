/**
 * The image networks that the planner is measured on, with random weights: MobileNetV1 at a quarter
 * of its width for 96x96 images and two classes, as MLPerf Tiny's visual wake words, and
 * MobileNetV2 for 224x224 images and a thousand classes.
 *
 * Shapes follow Howard et al. 2017 and Sandler et al. 2018. V1 pads as TensorFlow does ("same"), V2
 * with PAD operators, as exports from PyTorch have. Weights are drawn from a seed; their scales let
 * every layer give about as much as it gets, so that values neither vanish nor all saturate.
 */

import { must } from "../../toolchain/diagnostics/assert.ts";
import { GraphBuilder, type WindowInit } from "../../toolchain/import/builder/builder.ts";
import type { Value } from "../../toolchain/import/builder/dag-builder.ts";
import { int8, int32 } from "../../toolchain/import/builder/tensor-types.ts";
import type { Graph } from "../../toolchain/ir/graph.ts";
import { elementCount, type Shape } from "../../toolchain/ir/types.ts";
import { fraction, type Random, xorshift32 } from "../ops/random.ts";

/** 0 to 6 behind a ReLU6, -6 to 6 elsewhere. */
const rectified = { scale: 6 / 255, zeroPoint: -128 };
const signed = { scale: 12 / 255, zeroPoint: 0 };

const channelsOf = ({ type: { shape } }: Value): number => must(shape.at(-1), "channels");

/** Draws of this many uniform values add up to one that is nearly normal. */
const DRAWS = 4;
const DRAW_MAX = 31;
const WEIGHT_SPREAD = (DRAW_MAX * 2 * Math.sqrt(DRAWS)) / Math.sqrt(12);

function randomWeight(random: Random): number {
  let sum = 0;
  for (let draw = 0; draw < DRAWS; draw++) sum += (fraction(random) * 2 - 1) * DRAW_MAX;
  return Math.round(sum);
}

class RandomNetwork extends GraphBuilder {
  readonly #random: Random = xorshift32(1);
  #layers = 0;

  /** Weights and bias of layers whose outputs are indices of `axis`. */
  #parameters(input: Value, shape: Shape, axis: number): readonly [Value, Value] {
    const name = `layer${this.#layers++}`;
    const outputs = must(shape[axis], "outputs");
    // A ReLU halves what the next layer gets (He et al. 2015).
    const spread = WEIGHT_SPREAD * Math.sqrt(elementCount(shape) / outputs / 2);
    const scale = Array.from({ length: outputs }, () => (0.75 + fraction(this.#random)) / spread);
    const zeroPoint = scale.map(() => 0);
    const values = Array.from({ length: elementCount(shape) }, () => randomWeight(this.#random));
    const weightType = int8(shape, { scale, zeroPoint, axis });
    const inputScale = must(input.type.quantization?.scale[0], "scale of an input");
    const biasScale = scale.map((each) => each * inputScale);
    const biasType = int32([outputs], { scale: biasScale, zeroPoint });
    return [
      this.constant(`${name}:weights`, weightType, values),
      this.constant(`${name}:bias`, biasType, zeroPoint),
    ];
  }

  convolution(input: Value, outputs: number, kernel: number, init: WindowInit): Value {
    const shape = [outputs, kernel, kernel, channelsOf(input)];
    return this.conv2d(input, ...this.#parameters(input, shape, 0), init);
  }

  depthwise(input: Value, init: WindowInit): Value {
    const shape = [1, 3, 3, channelsOf(input)];
    return this.depthwiseConv2d(input, ...this.#parameters(input, shape, 3), init);
  }

  /** The mean of each channel, and a matrix on top. */
  classifier(input: Value, classes: number): Value {
    const means = this.mean(input, [1, 2], { output: rectified });
    const [weights, bias] = this.#parameters(means, [classes, channelsOf(input)], 0);
    return this.fullyConnected(means, weights, bias, { output: signed });
  }
}

const relu6 = { activation: "relu6", output: rectified } as const;
const same = { ...relu6, padding: "same" } as const;

/** Output channels and stride of MobileNetV1's depthwise separable blocks, at full width. */
const separable: readonly (readonly [number, number])[] = [
  ...[[64, 1] as const, [128, 2] as const, [128, 1] as const],
  ...[[256, 2] as const, [256, 1] as const, [512, 2] as const],
  ...Array.from({ length: 5 }, () => [512, 1] as const),
  ...[[1024, 2] as const, [1024, 1] as const],
];

export function mobileNetV1(): Graph {
  const g = new RandomNetwork("mobilenet_v1_0.25_96");
  let x = g.input("image", int8([1, 96, 96, 3], signed));
  x = g.convolution(x, 8, 3, { ...same, stride: 2 });
  for (const [channels, stride] of separable) {
    x = g.depthwise(x, { ...same, stride });
    x = g.convolution(x, channels / 4, 1, relu6);
  }
  return g.build(g.softmax(g.classifier(x, 2)));
}

/** Factor of expansion, output channels, repetitions and first stride of V2's stages. */
const bottlenecks = [
  ...[
    [1, 16, 1, 1],
    [6, 24, 2, 2],
    [6, 32, 3, 2],
    [6, 64, 4, 2],
  ],
  ...[
    [6, 96, 3, 1],
    [6, 160, 3, 2],
    [6, 320, 1, 1],
  ],
] as const;

function padded(g: RandomNetwork, input: Value): Value {
  const one = [1, 1] as const;
  return g.pad(input, [[0, 0], one, one, [0, 0]]);
}

function bottleneck(
  g: RandomNetwork,
  input: Value,
  factor: number,
  outputs: number,
  stride: number,
) {
  const width = channelsOf(input) * factor;
  const wide = factor === 1 ? input : g.convolution(input, width, 1, relu6);
  const moved = g.depthwise(padded(g, wide), { ...relu6, stride });
  const narrow = g.convolution(moved, outputs, 1, { output: signed });
  const isSkipped = stride === 1 && channelsOf(input) === outputs;
  return isSkipped ? g.add(input, narrow, { output: signed }) : narrow;
}

export function mobileNetV2(): Graph {
  const g = new RandomNetwork("mobilenet_v2_1.0_224");
  const image = g.input("image", int8([1, 224, 224, 3], signed));
  let x = g.convolution(padded(g, image), 32, 3, { ...relu6, stride: 2 });
  for (const [factor, outputs, count, first] of bottlenecks) {
    for (let block = 0; block < count; block++) {
      x = bottleneck(g, x, factor, outputs, block === 0 ? first : 1);
    }
  }
  return g.build(g.classifier(g.convolution(x, 1280, 1, relu6), 1000));
}

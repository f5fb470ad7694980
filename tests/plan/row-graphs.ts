/**
 * Random small int8 images through convolutions, pools and sums: graphs whose steps can stream.
 *
 * Skips join tensors of equal shape; where shapes differ a 1x1 convolution with a stride brings
 * them together, as in residual networks.
 */
import { must } from "../../toolchain/diagnostics/assert.ts";
import { GraphBuilder } from "../../toolchain/import/builder/builder.ts";
import type { Value } from "../../toolchain/import/builder/dag-builder.ts";
import { int8, int32 } from "../../toolchain/import/builder/tensor-types.ts";
import type { Graph } from "../../toolchain/ir/graph.ts";
import { elementCount, type Shape } from "../../toolchain/ir/types.ts";
import { between, pick, type Random, xorshift32 } from "../ops/random.ts";

const output = { scale: 0.1, zeroPoint: 3 };

const at = ({ type: { shape } }: Value, axis: number): number => must(shape[axis], "an extent");

class RandomRows extends GraphBuilder {
  readonly #random: Random;
  #constants = 0;

  constructor(name: string, random: Random) {
    super(name);
    this.#random = random;
  }

  #parameters(shape: Shape, outputs: number): readonly [Value, Value] {
    const name = `constant${this.#constants++}`;
    const draws = Array.from({ length: elementCount(shape) }, () => between(this.#random, -90, 90));
    const zeros = Array.from({ length: outputs }, () => 0);
    return [
      this.constant(name, int8(shape, { scale: 0.02 }), draws),
      this.constant(`${name}:bias`, int32([outputs], { scale: 0.002 }), zeros),
    ];
  }

  convolution(input: Value, outputs: number, kernel: number, stride: number): Value {
    const padding = kernel <= at(input, 1) && kernel <= at(input, 2) ? this.#padding() : "same";
    const shape = [outputs, kernel, kernel, at(input, 3)];
    return this.conv2d(input, ...this.#parameters(shape, outputs), { stride, padding, output });
  }

  depthwise(input: Value, kernel: number, stride: number): Value {
    const shape = [1, kernel, kernel, at(input, 3)];
    const operands = this.#parameters(shape, at(input, 3));
    return this.depthwiseConv2d(input, ...operands, { stride, padding: "same", output });
  }

  #padding() {
    return pick(this.#random, "same", "same", "valid");
  }

  /** Two paths that meet again. */
  residual(input: Value, stride: number): Value {
    const channels = stride === 1 ? at(input, 3) : between(this.#random, 1, 3);
    const shape = [channels, 3, 3, at(input, 3)];
    const same = { padding: "same", output } as const;
    const a = this.conv2d(input, ...this.#parameters(shape, channels), { ...same, stride });
    const b = this.conv2d(a, ...this.#parameters([channels, 3, 3, channels], channels), same);
    if (stride === 1) return this.add(...this.#either(input, b), { output });
    const one = this.#parameters([channels, 1, 1, at(input, 3)], channels);
    const skip = this.conv2d(input, ...one, { ...same, stride });
    return this.add(...this.#either(b, skip), { output });
  }

  #either(a: Value, b: Value): readonly [Value, Value] {
    return pick(this.#random, [a, b] as const, [b, a] as const);
  }
}

/** `size` times as wide and high: large enough, and segments need less than steps by themselves. */
export function randomRows(seed: number, size = 1): Graph {
  const random = xorshift32(seed);
  const g = new RandomRows(`rows${seed}`, random);
  const [height, width] = [between(random, 4, 13) * size, between(random, 3, 6) * size];
  const shape = [1, height, width, between(random, 1, 3)];
  let x = g.input("image", int8(shape, output));
  const layers = between(random, 2, 6);
  for (let layer = 0; layer < layers; layer++) {
    const stride = pick(random, 1, 1, 2);
    const kernel = pick(random, 1, 2, 3, 3);
    const next: readonly (() => Value)[] = [
      () => g.convolution(x, between(random, 1, 4), kernel, stride),
      () => g.depthwise(x, kernel, stride),
      () => g.residual(x, stride),
      () => g.maxPool2d(x, [1, 1], { stride }),
    ];
    x = pick(random, ...next)();
  }
  return pick(random, true, false) ? g.build(g.mean(x, [1, 2], { output })) : g.build(x);
}

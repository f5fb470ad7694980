/**
 * A feed-forward network: layers in order, their parameters, and one sample's forward and
 * backward.
 */
import type { Shape } from "../ir/types.ts";
import type { Layer, LayerSpec, Parameter } from "./layers.ts";
import { seededRandom } from "./random.ts";

export interface Network {
  /** Shape of one sample, without the batch. */
  readonly inputShape: Shape;
  readonly layers: readonly Layer[];
  readonly parameters: readonly Parameter[];
}

/** Builds the layers one after the other, with weights drawn from the seed. */
export function network(inputShape: Shape, specs: readonly LayerSpec[], seed: number): Network {
  const random = seededRandom(seed);
  const layers: Layer[] = [];
  for (const spec of specs) layers.push(spec(layers.at(-1)?.outputShape ?? inputShape, random));
  return { inputShape, layers, parameters: layers.flatMap((layer) => layer.parameters) };
}

export function forward(net: Network, x: Float32Array): Float32Array {
  return net.layers.reduce((value, layer) => layer.forward(value), x);
}

/** Adds the parameters' gradients of the last forward. */
export function backward(net: Network, dy: Float32Array): void {
  net.layers.reduceRight((slope, layer) => layer.backward(slope), dy);
}

export function parameterCount(net: Network): number {
  return net.parameters.reduce((count, { values }) => count + values.length, 0);
}

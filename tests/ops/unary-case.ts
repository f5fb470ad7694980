/** Cases of operators that map one element to one: input and output quantisation in, types out. */
import type { Attributes } from "../../toolchain/ir/graph.ts";
import type { Shape, TensorType } from "../../toolchain/ir/types.ts";
import { float32, int8, type OpCase } from "./case.ts";

export interface UnarySketch {
  readonly name: string;
  readonly shape: Shape;
  /** [scale, zero point]; absent: float32. */
  readonly from?: readonly [number, number];
  readonly to?: readonly [number, number];
  readonly values?: readonly number[];
  readonly attributes?: Attributes;
  readonly withoutOracle?: string;
}

/** Every int8 value once. */
export const allBytes = Array.from({ length: 256 }, (_, index) => index - 128);

const typeOf = (shape: Shape, quantisation?: readonly [number, number]): TensorType =>
  quantisation ? int8(shape, ...quantisation) : float32(shape);

export function unaryCase(sketch: UnarySketch, seed: number): OpCase {
  const { name, shape, from, to, values, attributes = {}, withoutOracle } = sketch;
  return {
    name,
    attributes,
    inputs: [{ type: typeOf(shape, from), ...(values && { values }) }],
    outputs: [typeOf(shape, to)],
    seed,
    ...(withoutOracle !== undefined && { withoutOracle }),
  };
}

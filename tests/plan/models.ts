/** Small int8 graphs for planner tests: a diamond, a view, a branch to two outputs, long chains. */
import { GraphBuilder } from "../../toolchain/import/builder/builder.ts";
import { int8 } from "../../toolchain/import/builder/tensor-types.ts";
import type { Graph } from "../../toolchain/ir/graph.ts";

const quantized = { scale: 0.1, zeroPoint: 3 };

/** input -> relu a; a -> relu b; add(a, b) -> output: a lives across b. */
export function diamond(): Graph {
  const builder = new GraphBuilder("diamond");
  const input = builder.input("input", int8([1, 40], quantized));
  const relu = { activation: "relu" };
  const a = builder.op("relu", [input], relu, { name: "a", output: quantized });
  const b = builder.op("relu", [a], relu, { name: "b", output: quantized });
  const sum = builder.op("add", [a, b], { activation: "none" }, { name: "sum", output: quantized });
  return builder.build(sum);
}

/** relu, a view of its output, relu: the view has the bytes of what it renames. */
export function renamed(): Graph {
  const builder = new GraphBuilder("renamed");
  const input = builder.input("input", int8([1, 6, 4], quantized));
  const relu = { activation: "relu" };
  const a = builder.op("relu", [input], relu, { name: "a", output: quantized });
  const view = builder.op("reshape", [a], { shape: [1, 24] }, { name: "view" });
  const b = builder.op("relu", [view], relu, { name: "b", output: quantized });
  return builder.build(b, a);
}

/** a = relu(input); c = relu(relu(input)) without a; add(a, c): a waits while others work. */
export function bypass(): Graph {
  const g = new GraphBuilder("bypass");
  const input = g.input("input", int8([1, 40], quantized));
  const a = g.relu(input, { name: "a", output: quantized });
  const b = g.relu(input, { name: "b", output: quantized });
  const c = g.relu(b, { name: "c", output: quantized });
  return g.build(g.add(a, c, { name: "sum", output: quantized }), a);
}

export const CHAIN_TENSOR_BYTES = 40;

/** Relus, and at every fourth place the sum of the value before and of the last such sum. */
export function chainWithSkips(count: number): Graph {
  const g = new GraphBuilder("chain");
  let value = g.input("x", int8([1, CHAIN_TENSOR_BYTES], quantized));
  let skip = value;
  for (let index = 0; index < count; index++) {
    if (index % 4 < 3) {
      value = g.relu(value, { output: quantized });
    } else {
      value = g.add(value, skip, { output: quantized });
      skip = value;
    }
  }
  return g.build(value);
}

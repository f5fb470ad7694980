/** The laws of toolchain/passes/README.md as functions from two graphs to what is wrong. */
import { must } from "../../toolchain/diagnostics/assert.ts";
import { type Graph, inputsOf, outputsOf, tensorAt } from "../../toolchain/ir/graph.ts";
import { byteLength } from "../../toolchain/ir/types.ts";
import type { Rounding } from "../../toolchain/numeric/requantize.ts";
import { operatorOf } from "../../toolchain/ops/registry.ts";
import { verifyGraph } from "../../toolchain/ops/verify-graph.ts";
import { lifetimes, liveBytes } from "../../toolchain/plan/lifetimes.ts";
import { interpret } from "../../toolchain/simulate/reference/interpreter.ts";
import { between, xorshift32 } from "../ops/random.ts";

/** Random bytes for int8 and other integers, small numbers for floats: no NaN, whose bits vary. */
export function inputBytes(graph: Graph, seed: number): Uint8Array[] {
  const random = xorshift32(seed + 5);
  return graph.inputs.map((index) => {
    const { type } = tensorAt(graph, index);
    if (type.dtype !== "float32") {
      return Uint8Array.from({ length: byteLength(type) }, () => between(random, 0, 255));
    }
    const values = Float32Array.from({ length: byteLength(type) / 4 }, () => {
      return between(random, -80, 80) / 16;
    });
    return new Uint8Array(values.buffer);
  });
}

function answers(graph: Graph, rounding: Rounding, seed = 1): string[] {
  const { outputs } = interpret(graph, inputBytes(graph, seed), { rounding });
  return outputs.map((bytes) => Buffer.from(bytes).toString("hex"));
}

const macs = (graph: Graph): number =>
  graph.nodes.reduce((sum, node) => {
    const { attributes } = node;
    const operands = { inputs: inputsOf(graph, node), outputs: outputsOf(graph, node) };
    return sum + operatorOf(node).macs({ attributes, ...operands });
  }, 0);

const boundOf = (graph: Graph) => Math.max(...liveBytes(lifetimes(graph), graph.nodes.length));

const face = (graph: Graph) =>
  [graph.inputs, graph.outputs].map((indices) =>
    indices.map((index) => {
      const { name, type } = must(graph.tensors[index], "a tensor");
      return { name, type };
    }),
  );

export interface Compared {
  readonly before: Graph;
  readonly after: Graph;
  readonly rounding: Rounding;
  /** Sharing a value may keep it longer. */
  readonly mayLiveLonger?: boolean;
}

/** What a rewriting broke; nothing when it kept the laws. */
export function complaints({ before, after, rounding, mayLiveLonger = false }: Compared): string[] {
  verifyGraph(after);
  const broken = (isBroken: boolean, law: string) => (isBroken ? [law] : []);
  const differs = (of: (graph: Graph) => unknown) =>
    JSON.stringify(of(before)) !== JSON.stringify(of(after));
  return [
    ...broken(
      differs((graph) => answers(graph, rounding)),
      "other answers",
    ),
    ...broken(differs(face), "inputs or outputs have other names or types"),
    ...broken(after.nodes.length > before.nodes.length, "more nodes"),
    ...broken(macs(after) > macs(before), "more multiply-accumulates"),
    ...broken(!mayLiveLonger && boundOf(after) > boundOf(before), "more bytes alive at once"),
  ];
}

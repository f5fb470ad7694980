/**
 * Arbitrary graphs for property tests: structurally valid (they pass ir/verify.ts), with operators
 * that do not exist, strange names, exact floats and constants of every element type.
 */
import fc from "fast-check";
import type { AttributeValue, Graph, Node, Tensor } from "../../toolchain/ir/graph.ts";
import {
  byteLength,
  type DType,
  dtypes,
  type Quantization,
  type TensorType,
} from "../../toolchain/ir/types.ts";
import { isQuantizable } from "../../toolchain/ir/verify.ts";

const float32 = fc.float({ noNaN: true, noDefaultInfinity: true });
const scale = fc.float({ min: Math.fround(1e-30), max: Math.fround(1e30), noNaN: true });
const shape = fc.array(fc.integer({ min: 1, max: 5 }), { maxLength: 4 });
const zeroPoint = fc.integer({ min: 0, max: 127 });

function quantization(sizes: readonly number[]): fc.Arbitrary<Quantization> {
  return fc.integer({ min: 0, max: Math.max(0, sizes.length - 1) }).chain((axis) => {
    const length = fc.constantFrom(1, sizes[axis] ?? 1);
    return length.chain((count) =>
      fc.record({
        scale: fc.array(scale, { minLength: count, maxLength: count }),
        zeroPoint: fc.array(zeroPoint, { minLength: count, maxLength: count }),
        axis: fc.constant(axis),
      }),
    );
  });
}

const tensorType: fc.Arbitrary<TensorType> = fc
  .tuple(fc.constantFrom(...(Object.keys(dtypes) as DType[])), shape)
  .chain(([dtype, sizes]) => {
    const plain = fc.constant({ dtype, shape: sizes });
    if (!isQuantizable(dtype)) return plain;
    const quantized = quantization(sizes).map((q) => ({ dtype, shape: sizes, quantization: q }));
    return fc.oneof(plain, quantized);
  });

const constantData = (type: TensorType): fc.Arbitrary<Uint8Array> => {
  const bytes = byteLength(type);
  return fc.uint8Array({ minLength: bytes, maxLength: bytes });
};

const name = fc.oneof(
  fc.stringMatching(/^[A-Za-z][A-Za-z0-9_./]{0,8}$/),
  fc.string({ minLength: 1, maxLength: 8, unit: "binary" }),
  fc.constantFrom("tensor", "node", "_", "inputs", "base64", "true", "__proto__", '"', "a b"),
);

const attribute: fc.Arbitrary<AttributeValue> = fc.oneof(
  float32,
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.boolean(),
  fc.string({ maxLength: 6, unit: "binary" }),
  fc.array(fc.oneof(fc.integer(), float32), { maxLength: 4 }),
);

const attributes = fc.dictionary(fc.stringMatching(/^[a-z][A-Za-z]{0,6}$/), attribute, {
  maxKeys: 3,
  noNullPrototype: true,
});

interface NodeSeed {
  readonly op: string;
  readonly attributes: Record<string, AttributeValue>;
  readonly operands: readonly number[];
  readonly outputs: number;
}

const nodeSeed: fc.Arbitrary<NodeSeed> = fc.record({
  op: name,
  attributes,
  operands: fc.array(fc.nat({ max: 99 }), { maxLength: 3 }),
  outputs: fc.integer({ min: 1, max: 2 }),
});

/** Wires the seeds into a DAG: an operand is a tensor that exists so far, or is left out. */
function wire(
  graphName: string,
  names: readonly string[],
  tensors: readonly Tensor[],
  inputCount: number,
  seeds: readonly NodeSeed[],
): Graph {
  let defined = tensors.length - seeds.reduce((count, seed) => count + seed.outputs, 0);
  const nodes = seeds.map((seed, index): Node => {
    const inputs = seed.operands.map((pick) => (pick % 7 === 0 ? null : pick % defined));
    const outputs = Array.from({ length: seed.outputs }, (_, output) => defined + output);
    defined += seed.outputs;
    const { op, attributes: given } = seed;
    return { name: names[index] ?? "", op, attributes: given, inputs, outputs };
  });
  const inputs = Array.from({ length: inputCount }, (_, index) => index);
  return { name: graphName, tensors, nodes, inputs, outputs: [tensors.length - 1] };
}

/** Any structurally valid graph with one or more nodes. */
export const randomGraph: fc.Arbitrary<Graph> = fc
  .record({
    inputs: fc.array(tensorType, { minLength: 1, maxLength: 3 }),
    constants: fc.array(
      tensorType.chain((type) => fc.record({ type: fc.constant(type), data: constantData(type) })),
      { maxLength: 3 },
    ),
    seeds: fc.array(nodeSeed, { minLength: 1, maxLength: 4 }),
    graphName: name,
  })
  .chain(({ inputs, constants, seeds, graphName }) => {
    const made = seeds.reduce((count, seed) => count + seed.outputs, 0);
    const tensorCount = inputs.length + constants.length + made;
    const count = { minLength: tensorCount, maxLength: tensorCount };
    const names = fc.uniqueArray(name, count);
    const types = fc.array(tensorType, { minLength: made, maxLength: made });
    return fc.tuple(names, types).map(([unique, outputTypes]) => {
      const values = [...inputs.map((type) => ({ type })), ...constants];
      const rest = outputTypes.map((type) => ({ type }));
      const tensors = [...values, ...rest].map((value, index) => ({
        name: unique[index] ?? "",
        ...value,
      }));
      return wire(graphName, unique, tensors, inputs.length, seeds);
    });
  });

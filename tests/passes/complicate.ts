/**
 * Makes a graph worse without changing its answers: each step undoes what one pass does. Seeded, so
 * that passes have something to find in random graphs.
 */
import { must } from "../../toolchain/diagnostics/assert.ts";
import type { Attributes, Graph, Node, Tensor, TensorIndex } from "../../toolchain/ir/graph.ts";
import { elementCount, type TensorType } from "../../toolchain/ir/types.ts";
import { operatorOf } from "../../toolchain/ops/registry.ts";
import { verifyGraph } from "../../toolchain/ops/verify-graph.ts";
import { between, pick, type Random, xorshift32 } from "../ops/random.ts";

/** A graph under change: its nodes and tensors are lists of its own. */
interface Draft extends Graph {
  readonly tensors: Tensor[];
  readonly nodes: Node[];
}

type Step = (draft: Draft, random: Random) => void;

function tensor(draft: Draft, type: TensorType, data?: Uint8Array): TensorIndex {
  const name = `extra ${draft.tensors.length}`;
  return draft.tensors.push(data === undefined ? { name, type } : { name, type, data }) - 1;
}

const typeOf = (draft: Draft, index: TensorIndex) => must(draft.tensors[index], "tensor").type;

/** Gives all readers of a value that nodes or the caller make another tensor in its place. */
function insert(draft: Draft, random: Random, make: (from: TensorIndex) => [Node[], TensorIndex]) {
  const made = draft.nodes.flatMap(({ outputs }) => outputs);
  const hasAxes = (index: TensorIndex) => typeOf(draft, index).shape.length > 0;
  const from = pick(random, ...[...draft.inputs, ...made].filter(hasAxes));
  const at = draft.nodes.findIndex(({ outputs }) => outputs.includes(from)) + 1;
  const [nodes, to] = make(from);
  const readers = draft.nodes.map(
    (node): Node => ({
      ...node,
      inputs: node.inputs.map((index) => (index === from ? to : index)),
    }),
  );
  draft.nodes.splice(0, draft.nodes.length, ...readers.toSpliced(at, 0, ...nodes));
}

function node(
  op: string,
  inputs: TensorIndex[],
  output: TensorIndex,
  attributes: Attributes,
): Node {
  return { name: `node ${output}`, op, attributes, inputs, outputs: [output] };
}

const identities: Readonly<Record<string, (type: TensorType) => Attributes>> = {
  reshape: ({ shape }) => ({ shape }),
  slice: ({ shape }) => ({ begin: shape.map(() => 0), sizes: shape }),
  transpose: ({ shape }) => ({ permutation: [...shape.keys()] }),
  pad: ({ shape }) => ({ before: shape.map(() => 0), after: shape.map(() => 0) }),
  concatenation: () => ({ axis: 0 }),
};

const insertIdentity: Step = (draft, random) =>
  insert(draft, random, (from) => {
    const type = typeOf(draft, from);
    const op = pick(random, ...Object.keys(identities));
    const to = tensor(draft, type);
    return [[node(op, [from], to, must(identities[op], "an identity")(type))], to];
  });

const insertPair: Step = (draft, random) =>
  insert(draft, random, (from) => {
    const type = typeOf(draft, from);
    const { length } = type.shape;
    const turned = [...type.shape.keys()].map((axis) => (axis + 1) % length);
    const back = [...type.shape.keys()].map((axis) => turned.indexOf(axis));
    const shapes = [turned.map((axis) => type.shape[axis] ?? 1), [elementCount(type.shape)]];
    const isTurn = between(random, 0, 1) === 0;
    const middle = tensor(draft, { ...type, shape: must(shapes[isTurn ? 0 : 1], "a shape") });
    const to = tensor(draft, type);
    const attributes = isTurn
      ? [{ permutation: turned }, { permutation: back }]
      : [{ shape: [elementCount(type.shape)] }, { shape: type.shape }];
    const [first, second] = attributes.map((own, index) => {
      const [source, result] = index === 0 ? [from, middle] : [middle, to];
      return node(isTurn ? "transpose" : "reshape", [source], result, own as Attributes);
    });
    return [[must(first, "a node"), must(second, "a node")], to];
  });

/** One reader of a node gets a twin of the node; its constants are twins too. */
const duplicate: Step = (draft, random) => {
  const index = between(random, 0, draft.nodes.length - 1);
  const original = must(draft.nodes[index], "a node");
  const readerAt = draft.nodes.findIndex(({ inputs }) =>
    inputs.some((read) => read !== null && original.outputs.includes(read)),
  );
  const reader = draft.nodes[readerAt];
  if (reader === undefined || operatorOf(original).memory.updates) return;
  const outputs = original.outputs.map((output) => tensor(draft, typeOf(draft, output)));
  const inputs = original.inputs.map((input) => {
    const { type, data } = input === null ? {} : must(draft.tensors[input], "an input");
    return type !== undefined && data !== undefined ? tensor(draft, type, data.slice()) : input;
  });
  const twinOf = (read: TensorIndex | null) =>
    (read === null ? undefined : outputs[original.outputs.indexOf(read)]) ?? read;
  draft.nodes[readerAt] = { ...reader, inputs: reader.inputs.map(twinOf) };
  const name = `twin ${outputs.join()}`;
  draft.nodes.splice(index + 1, 0, { ...original, name, inputs, outputs });
};

/** A fused activation as a node of its own. */
const unfuse: Step = (draft, random) => {
  const fused = draft.nodes.filter(({ attributes, outputs }) => {
    const { dtype } = typeOf(draft, outputs[0] ?? 0);
    const { activation = "none" } = attributes;
    return activation !== "none" && (dtype === "int8" || dtype === "float32");
  });
  const own = fused[between(random, 0, Math.max(0, fused.length - 1))];
  const absorb = own && operatorOf(own).rewrites?.absorbClamp;
  const [output] = own?.outputs ?? [];
  if (own === undefined || absorb === undefined || output === undefined) return;
  const middle = tensor(draft, typeOf(draft, output));
  const { activation = "relu" } = own.attributes;
  const bare = { ...own, attributes: { ...own.attributes, activation: "none" }, outputs: [middle] };
  const clamp = node("relu", [middle], output, { activation });
  draft.nodes.splice(draft.nodes.indexOf(own), 1, bare, clamp);
};

const addDead: Step = (draft, random) =>
  insert(draft, random, (from) => {
    const type = typeOf(draft, from);
    const shape = [elementCount(type.shape)];
    return [[node("reshape", [from], tensor(draft, { ...type, shape }), { shape })], from];
  });

const steps = [insertIdentity, insertPair, duplicate, unfuse, addDead];

/** The same answers by a longer way. */
export function complicated(graph: Graph, seed: number, count = 6): Graph {
  const random = xorshift32(seed + 77);
  const draft = { ...graph, tensors: [...graph.tensors], nodes: [...graph.nodes] };
  for (let made = 0; made < count; made++) pick(random, ...steps)(draft, random);
  return verifyGraph(draft);
}

/**
 * The least memory a graph can run in, by trying everything: every form of every node and every
 * address of every tensor and scratch buffer. Only for tiny graphs, and without any of the
 * planner's code: what is alive when, and which bytes an output may take over, is said here again.
 */
import { must } from "../../toolchain/diagnostics/assert.ts";
import { type Graph, inputsOf, outputsOf, tensorAt } from "../../toolchain/ir/graph.ts";
import { byteLength, dtypes } from "../../toolchain/ir/types.ts";
import type { KernelForm } from "../../toolchain/ops/op.ts";
import { operatorOf } from "../../toolchain/ops/registry.ts";

interface Block {
  readonly bytes: number;
  readonly alignment: number;
  readonly first: number;
  readonly last: number;
}

/** Whether two blocks that are alive together may begin at these addresses. */
type Allows = (a: number, b: number) => boolean;

interface Puzzle {
  readonly blocks: readonly Block[];
  /** allows[i][j], i > j; undefined: they are never alive together. */
  readonly allows: readonly (readonly (Allows | undefined)[])[];
}

function tensorBlocks(graph: Graph): Map<number, Block> {
  const end = graph.nodes.length - 1;
  const blocks = new Map<number, Block>();
  for (const [index, { type, data }] of graph.tensors.entries()) {
    if (data !== undefined) continue;
    const made = graph.nodes.findIndex(({ outputs }) => outputs.includes(index));
    const read = graph.nodes.findLastIndex(({ inputs }) => inputs.includes(index));
    blocks.set(index, {
      bytes: byteLength(type),
      alignment: dtypes[type.dtype].bytes,
      first: Math.max(0, made),
      last: graph.outputs.includes(index) ? end : Math.max(0, made, read),
    });
  }
  return blocks;
}

/** The blocks and rules when the nodes run in these forms. */
function puzzleOf(graph: Graph, forms: readonly KernelForm[]): Puzzle {
  const tensors = tensorBlocks(graph);
  const scratch = forms.flatMap((form, step) =>
    form.scratch.map(({ bytes, alignment }) => ({ bytes, alignment, first: step, last: step })),
  );
  // The largest first, which leave the fewest addresses to the others.
  const all = [
    ...[...tensors].map(([tensor, block]) => ({ tensor, block })),
    ...scratch.map((block) => ({ tensor: undefined, block })),
  ].sort((a, b) => b.block.bytes - a.block.bytes);
  const blocks = all.map(({ block }) => block);
  const indices = all.map(({ tensor }) => tensor);
  const allows = blocks.map((block, i) =>
    blocks.slice(0, i).map((other, j) => {
      if (block.first > other.last || other.first > block.last) return undefined;
      const own = [
        takesOver(graph, forms, tensors, indices[i], indices[j]),
        takesOver(graph, forms, tensors, indices[j], indices[i]),
      ];
      const apart: Allows = (a, b) => a + block.bytes <= b || b + other.bytes <= a;
      return (a: number, b: number) => {
        return apart(a, b) || own[0]?.(a, b) === true || own[1]?.(b, a) === true;
      };
    }),
  );
  return { blocks, allows };
}

/** How an output may lie on an input that its node is the last to read. */
function takesOver(
  graph: Graph,
  forms: readonly KernelForm[],
  blocks: ReadonlyMap<number, Block>,
  result: number | undefined,
  source: number | undefined,
): Allows | undefined {
  if (result === undefined || source === undefined || graph.outputs.includes(source)) return;
  const step = graph.nodes.findIndex(({ outputs }) => outputs.includes(result));
  if (step < 0 || blocks.get(source)?.last !== step) return;
  const node = must(graph.nodes[step], "a node");
  const stated = (forms[step]?.overlaps ?? []).find(({ input, output }) => {
    return node.inputs[input] === source && node.outputs[output] === result;
  });
  if (stated === undefined) return;
  const { kind, distanceBytes } = stated;
  return (to, from) => {
    if (kind === "anywhere") return true;
    return kind === "lead" ? from - to >= distanceBytes : from - to === distanceBytes;
  };
}

/** Whether all blocks have room below `peakBytes`, by trying each address of each. */
function fits({ blocks, allows }: Puzzle, peakBytes: number): boolean {
  const offsets: number[] = [];
  const place = (index: number): boolean => {
    const block = blocks[index];
    if (block === undefined) return true;
    for (let at = 0; at + block.bytes <= peakBytes; at += block.alignment) {
      const isFree = offsets.every((other, j) => allows[index]?.[j]?.(at, other) ?? true);
      if (!isFree) continue;
      offsets.push(at);
      if (place(index + 1)) return true;
      offsets.pop();
    }
    return false;
  };
  return place(0);
}

/** The least peak with these forms; `limitBytes` when it is not below that. */
export function leastPeak(graph: Graph, forms: readonly KernelForm[], limitBytes: number): number {
  const puzzle = puzzleOf(graph, forms);
  const largest = Math.max(...puzzle.blocks.map(({ bytes }) => bytes));
  let peak = largest;
  while (peak < limitBytes && !fits(puzzle, peak)) peak += 1;
  return peak;
}

/** The least peak over all forms of all nodes. */
export function leastOfAll(graph: Graph): number {
  const offered = graph.nodes.map((node) => {
    const operands = { inputs: inputsOf(graph, node), outputs: outputsOf(graph, node) };
    const { attributes } = node;
    return operatorOf(node).forms({ attributes, ...operands, rounding: "tflite" });
  });
  let least = graph.tensors.reduce((sum, _, index) => sum + bytesAt(graph, index), 0) + 64;
  const choose = (chosen: readonly KernelForm[]): void => {
    const forms = offered[chosen.length];
    if (forms === undefined) least = Math.min(least, leastPeak(graph, chosen, least));
    for (const form of forms ?? []) {
      const needed = form.scratch.reduce((sum, { bytes }) => sum + bytes, 0);
      if (needed < least) choose([...chosen, form]);
    }
  };
  choose([]);
  return least;
}

const bytesAt = (graph: Graph, index: number) => byteLength(tensorAt(graph, index).type);

/**
 * Nodes run row by row, as their operators' `rows` traits state it, against the whole node.
 *
 * A slab is cut out of the real input: the rows that one output row reads, with margins, and the
 * zero point's byte for all that lies outside the image. The node on a slab is then a situation
 * like any other, whose inferred shape, reference and kernel forms have to give the whole node's
 * row, byte for byte.
 */
import { must } from "../../toolchain/diagnostics/assert.ts";
import { Diagnostic } from "../../toolchain/diagnostics/diagnostic.ts";
import {
  type Attributes,
  inputsOf,
  outputsOf,
  type Tensor,
  tensorAt,
} from "../../toolchain/ir/graph.ts";
import {
  byteLength,
  dtypes,
  elementCount,
  sameShape,
  type TensorType,
} from "../../toolchain/ir/types.ts";
import { type Rounding, roundings } from "../../toolchain/numeric/requantize.ts";
import type { KernelContextTypes, RowReads, RowStream } from "../../toolchain/ops/op.ts";
import { operatorOf } from "../../toolchain/ops/registry.ts";
import { nhwc } from "../../toolchain/ops/shared/layout.ts";
import { verifyGraph } from "../../toolchain/ops/verify-graph.ts";
import { slabOf } from "../../toolchain/plan/segments/slab.ts";
import { interpret } from "../../toolchain/simulate/reference/interpreter.ts";
import { type OpCase, type OpCases, type Operand, type Situation, situate } from "./case.ts";
import { xorshift32 } from "./random.ts";
import { type FormToRun, runForms } from "./run-form.ts";

type Stream = RowStream<Attributes>;

/** A node that streams: the whole of it, and how. */
export interface Streamed {
  readonly name: string;
  readonly whole: Situation;
  readonly stream: Stream;
}

export function nodeOf({ graph }: Situation) {
  const node = must(graph.nodes[0], "the node");
  const operator = operatorOf(node);
  const context: KernelContextTypes<Attributes> = {
    attributes: node.attributes,
    inputs: inputsOf(graph, node),
    outputs: outputsOf(graph, node),
  };
  return { node, operator, context };
}

/** The cases of an operator that stream. */
export function streamed(op: string, cases: readonly OpCase[]): Streamed[] {
  return cases.flatMap((test) => {
    const whole = situate(op, test);
    const { operator, context } = nodeOf(whole);
    const stream = operator.rows?.stream?.(context) ?? null;
    return stream ? [{ name: `${op}: ${test.name}`, whole, stream }] : [];
  });
}

/** Rows of one operand, the byte of a real zero wherever its image does not reach. */
function cut({ type }: Tensor, image: Uint8Array, reads: RowReads, row: number): Uint8Array {
  const { height, width, channels } = nhwc(type.shape);
  const pixel = channels * dtypes[type.dtype].bytes;
  const rowBytes = (reads.left + width + reads.right) * pixel;
  const fill = type.quantization?.zeroPoint[0] ?? 0;
  const slab = new Uint8Array(reads.rows * rowBytes).fill(fill);
  for (let slot = 0; slot < reads.rows; slot++) {
    const y = row * reads.stride - reads.top + slot;
    if (y < 0 || y >= height) continue;
    const from = image.subarray(y * width * pixel, (y + 1) * width * pixel);
    slab.set(from, slot * rowBytes + reads.left * pixel);
  }
  return slab;
}

interface RowCase {
  readonly name: string;
  readonly slab: Situation;
  readonly wanted: ReadonlyMap<Rounding, Uint8Array>;
}

/** Every row of the output, with the slab that it is made of. */
function rowsOf(item: Streamed): RowCase[] {
  const { whole, stream, name } = item;
  const { node, context } = nodeOf(whole);
  const output = must(context.outputs[0], "output").type;
  const graph = slabOf(whole.graph, node, stream);
  verifyGraph(graph);
  const images = whole.graph.inputs.map((tensor, position) => {
    const reads = stream.reads.filter(({ input }) => node.inputs[input] === tensor);
    const image = must(whole.inputs[position], "bytes of an input");
    return { tensor: tensorAt(whole.graph, tensor), image, reads: must(reads[0], "its rows") };
  });
  if (stream.reads.length !== images.length) throw new Error("reads are not the run-time operands");
  const { height } = nhwc(output.shape);
  const rowBytes = byteLength(output) / height;
  const outcomes = roundings.map((rounding) => {
    const { outputs } = interpret(whole.graph, whole.inputs, { rounding });
    return [rounding, must(outputs[0], "the whole output")] as const;
  });
  return Array.from({ length: height }, (_, row) => ({
    name: `${name}, row ${row}`,
    slab: {
      graph,
      inputs: images.map(({ tensor, image, reads }) => cut(tensor, image, reads, row)),
    },
    wanted: new Map(
      outcomes.map(([rounding, bytes]) => {
        return [rounding, bytes.subarray(row * rowBytes, (row + 1) * rowBytes)];
      }),
    ),
  }));
}

const differs = (found: Uint8Array | undefined, wanted: Uint8Array | undefined): boolean =>
  Buffer.compare(must(found, "found bytes"), must(wanted, "wanted bytes")) !== 0;

/** What the operator's reference makes of each slab, against the whole node's rows. */
export function referenceComplaints(item: Streamed): string[] {
  try {
    return rowsOf(item).flatMap(({ name, slab, wanted }) =>
      roundings.flatMap((rounding) => {
        const { outputs } = interpret(slab.graph, slab.inputs, { rounding });
        return differs(outputs[0], wanted.get(rounding))
          ? [`${name}, ${rounding}: other bytes`]
          : [];
      }),
    );
  } catch (error) {
    return [`${item.name}: ${error}`];
  }
}

interface RowRun extends FormToRun {
  readonly name: string;
  readonly wanted: Uint8Array;
}

/** The first, a middle and the last row: the ones that differ in what lies outside. */
function ends<T>(rows: readonly T[]): T[] {
  const picks = new Set([0, Math.floor(rows.length / 2), rows.length - 1]);
  return rows.filter((_, index) => picks.has(index));
}

/** Every form of the node on a slab, for rows at both ends of the image and between. */
export function formRuns(item: Streamed): RowRun[] {
  return ends(rowsOf(item)).flatMap(({ name, slab, wanted }) => {
    const { operator, context } = nodeOf(slab);
    return operator.forms({ ...context, rounding: "tflite" }).map((form) => ({
      ...{ form, situation: slab, wanted: must(wanted.get("tflite"), "a row") },
      name: `${name}, ${form.name}`,
    }));
  });
}

/** What the kernels make of the slabs, against the whole node's rows. */
export async function kernelRowComplaints(items: readonly Streamed[]): Promise<string[]> {
  const runs = items.flatMap(formRuns);
  const results = await runForms(runs, { specialised: true });
  return runs.flatMap(({ name, wanted }, index) => {
    const { outputs, faults } = must(results[index], "a run");
    const found = differs(outputs[0], wanted) ? [...faults, "other bytes"] : faults;
    return found.map((text) => `${name}: ${text}`);
  });
}

/** Draws of a kind until as many stream as are wanted. */
const DRAWS = 200;

/** An operator's own cases that stream, and as many random ones of each kind. */
export function streamedCases({ op, cases, random = {} }: OpCases, ofEachKind: number): Streamed[] {
  const find = (test: OpCase) => {
    const own = streamed(op, [test]);
    return own.length > 0 ? own : streamed(op, onImages(op, test));
  };
  const drawn = Object.values(random).flatMap((make) => {
    const found: Streamed[] = [];
    for (let seed = 1; seed <= DRAWS && found.length < ofEachKind; seed++) {
      found.push(...find(make(xorshift32(seed), seed)));
    }
    return found;
  });
  return [...cases.flatMap(find), ...drawn];
}

/** The case on images of the same depth, where all of its tensors have one shape. */
function onImages(op: string, test: OpCase): OpCase[] {
  const [shape = []] = test.outputs.map((type) => type.shape);
  const image = [1, 3, 2, shape.at(-1) ?? 1];
  const isAlike = (type: TensorType) => sameShape(type.shape, shape);
  const fits = test.inputs.every(
    (operand) => operand && !operand.constant && isAlike(operand.type),
  );
  if (!fits || !test.outputs.every(isAlike)) return [];
  const inputs = test.inputs.map((operand) => operand && reshaped(operand, image));
  const outputs = test.outputs.map((type) => ({ ...type, shape: image }));
  const changed = { ...test, name: `${test.name}, on an image`, inputs, outputs };
  try {
    verifyGraph(situate(op, changed).graph);
    return [changed];
  } catch (error) {
    // Attributes that speak of other dimensions.
    if (error instanceof Diagnostic) return [];
    throw error;
  }
}

function reshaped({ type, values }: Operand, shape: readonly number[]): Operand {
  const { length } = values ?? [];
  const given = Array.from({ length: elementCount(shape) }, (_, index) => values?.[index % length]);
  const known = given.filter((value) => value !== undefined);
  return { type: { ...type, shape }, ...(length > 0 && { values: known }) };
}

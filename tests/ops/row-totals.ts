/**
 * Nodes that take their input row by row and give all of their output at last, as their operators'
 * `total` states it, against the whole node's reference. Rows, totals and outputs lie apart with
 * guard bytes between them, which must keep their values, and so must a row that is added.
 */
import { readTextAsset } from "../../toolchain/assets.ts";
import { compile } from "../../toolchain/compile/asc.ts";
import { must } from "../../toolchain/diagnostics/assert.ts";
import { byteLength, dtypes } from "../../toolchain/ir/types.ts";
import { type Rounding, roundings } from "../../toolchain/numeric/requantize.ts";
import type { RowTotal } from "../../toolchain/ops/op.ts";
import { nhwc } from "../../toolchain/ops/shared/layout.ts";
import { instanceKey } from "../../toolchain/plan/instance.ts";
import { interpret } from "../../toolchain/simulate/reference/interpreter.ts";
import { type OpCase, type OpCases, type Situation, situate } from "./case.ts";
import { xorshift32 } from "./random.ts";
import { nodeOf } from "./row-by-row.ts";

export interface Totalled {
  readonly name: string;
  readonly rounding: Rounding;
  readonly whole: Situation;
  readonly total: RowTotal;
}

/** Draws of a kind until as many have totals as are wanted. */
const DRAWS = 400;

/** An operator's cases that have totals, and as many random ones of each kind. */
export function totalledCases({ op, cases, random = {} }: OpCases, ofEachKind: number): Totalled[] {
  const drawn = Object.values(random).flatMap((make) => {
    const found: Totalled[] = [];
    for (let seed = 1; seed <= DRAWS && found.length < ofEachKind * roundings.length; seed++) {
      found.push(...totalled(op, make(xorshift32(seed), seed)));
    }
    return found;
  });
  return [...cases.flatMap((test) => totalled(op, test)), ...drawn];
}

export function totalled(op: string, test: OpCase): Totalled[] {
  const whole = situate(op, test);
  const { operator, context } = nodeOf(whole);
  return roundings.flatMap((rounding) => {
    const total = operator.rows?.total?.({ ...context, rounding }) ?? null;
    return total ? [{ name: `${op}: ${test.name}, ${rounding}`, rounding, whole, total }] : [];
  });
}

const GUARD = 0x5a;
const GUARD_BYTES = 61;
const PLAN_BYTES = 1 << 16;

type Kernel = (from: number, to: number) => void;

/** All kernels of all items in one module. */
async function instantiate(items: readonly Totalled[]) {
  const forms = items.flatMap(({ total: { add, finish } }) => [add, finish]);
  const keys = [...new Set(forms.map(instanceKey))];
  const distinct = keys.map((key) =>
    must(
      forms.find((form) => instanceKey(form) === key),
      "a form of the key",
    ),
  );
  const { wasm } = await compile({
    entry: distinct
      .map(({ entry, source }, index) => {
        return `export { ${entry} as run${index} } from "./kernels-as/${source}.f${index}";`;
      })
      .join("\n"),
    instances: distinct.map(({ source, constants }, index) => {
      return { id: `f${index}`, source, constants };
    }),
    memoryPages: 64,
    kernelText: (name) => readTextAsset(`kernels-as/${name}.ts`),
    specialised: true,
  });
  const { exports } = await WebAssembly.instantiate(
    await WebAssembly.compile(new Uint8Array(wasm)),
    { edgeflash: {} },
  );
  const kernel = (form: RowTotal["add"]) => exports[`run${keys.indexOf(instanceKey(form))}`];
  return { kernel, memory: new Uint8Array((exports.memory as WebAssembly.Memory).buffer) };
}

/** Differences and broken rules, in words. */
export async function totalComplaints(items: readonly Totalled[]): Promise<string[]> {
  const { kernel, memory } = await instantiate(items);
  return items.flatMap((item) => {
    const { add, finish } = item.total;
    const kernels = { add: kernel(add) as Kernel, finish: kernel(finish) as Kernel };
    return run(item, memory, kernels).map((text) => `${item.name}: ${text}`);
  });
}

function run(
  { rounding, whole, total }: Totalled,
  memory: Uint8Array,
  { add, finish }: Readonly<Record<"add" | "finish", Kernel>>,
): string[] {
  const { context } = nodeOf(whole);
  const { type } = must(context.inputs[total.input], "the image");
  const output = must(context.outputs[0], "the output").type;
  const image = must(whole.inputs[0], "bytes of the image");
  const rowBytes = image.length / nhwc(type.shape).height;
  let end = 0;
  const place = (bytes: number, alignment: number) => {
    const offset = Math.ceil((end + GUARD_BYTES) / alignment) * alignment;
    end = offset + bytes;
    return { offset, bytes };
  };
  const row = place(rowBytes, dtypes[type.dtype].bytes);
  const totals = place(total.sums.bytes, total.sums.alignment);
  const result = place(byteLength(output), dtypes[output.dtype].bytes);
  memory.fill(GUARD, 0, PLAN_BYTES).fill(0, totals.offset, totals.offset + totals.bytes);
  const expected = memory.slice(0, PLAN_BYTES);
  try {
    for (let from = 0; from < image.length; from += rowBytes) {
      const bytes = image.subarray(from, from + rowBytes);
      for (const bench of [memory, expected]) bench.set(bytes, row.offset);
      add(row.offset, totals.offset);
    }
    finish(totals.offset, result.offset);
  } catch (error) {
    // Of totals that lie too near to other bytes.
    if (error instanceof WebAssembly.RuntimeError) return [`traps: ${error.message}`];
    throw error;
  }
  const wanted = must(interpret(whole.graph, whole.inputs, { rounding }).outputs[0], "output");
  expected.set(wanted, result.offset);
  const isTotal = (at: number) => at >= totals.offset && at < totals.offset + totals.bytes;
  const wrong = expected.findIndex((value, at) => value !== memory[at] && !isTotal(at));
  if (wrong < 0) return [];
  return [`byte ${wrong} differs; the output begins at ${result.offset}`];
}

/**
 * Small ABI 1 modules, written in the text format and assembled by binaryen, for tests of the
 * board: what a model is made of, without a compiler behind it.
 */
import binaryen from "binaryen";
import type { Offer } from "../../toolchain/deploy/link/index.ts";
import { must } from "../../toolchain/diagnostics/assert.ts";

export interface TestModel {
  readonly artifact: Uint8Array;
  readonly offer: Offer;
}

export interface ModuleParts {
  readonly arenaBytes: number;
  readonly inputs?: Offer["inputs"];
  readonly outputs?: Offer["outputs"];
  /** Body of predict, which must leave an i32. */
  readonly predict: string;
  readonly step?: string;
  /** More definitions: functions, globals. */
  readonly more?: string;
  readonly weights?: Uint8Array;
}

function leb(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...leb(value >>> 7)];
}

export function customSection(name: string, payload: Uint8Array): Uint8Array {
  const title = new TextEncoder().encode(name);
  const body = [...leb(title.length), ...title, ...payload];
  return Uint8Array.from([0, ...leb(body.length), ...body]);
}

export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

export function assemble(text: string): Uint8Array {
  const module = binaryen.parseText(text);
  module.setFeatures(binaryen.Features.BulkMemory | binaryen.Features.SignExt);
  const bytes = module.emitBinary();
  module.dispose();
  return bytes;
}

export function buildModule(parts: ModuleParts): TestModel {
  const { arenaBytes, inputs = [], outputs = [], predict, step = "", more = "" } = parts;
  const pages = Math.ceil(arenaBytes / 65_536);
  const code = assemble(`(module
    (import "edgeflash" "weights" (func $weights (param i32 i32 i32)))
    (import "edgeflash" "tile" (func $tile (param i32 i32 i32 i32 i32)))
    (memory (export "memory") ${pages} ${pages})
    (global (export "__data_end") i32 (i32.const ${arenaBytes}))
    (global (export "__heap_base") i32 (i32.const ${arenaBytes}))
    ${more}
    (func (export "predict") (result i32) ${predict})
    (func (export "step") (param $index i32) ${step}))`);
  const section = parts.weights && customSection("edgeflash.weights", parts.weights);
  const artifact = section === undefined ? code : concat(code, section);
  return { artifact, offer: { abi: 1, arenaBytes, inputs, outputs } };
}

/**
 * Two inputs (4 and 3 bytes) and two outputs: output 0 is input 0 plus a weight each, output 1 the
 * number of runs so far, which lives in linear memory.
 */
export const adder = (): TestModel =>
  buildModule({
    arenaBytes: 64,
    inputs: [
      { offset: 0, bytes: 4 },
      { offset: 8, bytes: 3 },
    ],
    outputs: [
      { offset: 16, bytes: 7 },
      { offset: 32, bytes: 4 },
    ],
    weights: Uint8Array.of(99, 1, 2, 3, 4, 5, 6, 7),
    more: `(func $add (param $from i32) (param $to i32) (param $weight i32)
      (i32.store8 (local.get $to)
        (i32.add (i32.load8_u (local.get $from)) (i32.load8_u (local.get $weight)))))`,
    predict: `
      (call $weights (i32.const 48) (i32.const 1) (i32.const 7))
      ${[0, 1, 2, 3, 8, 9, 10]
        .map(
          (from, index) =>
            `(call $add (i32.const ${from}) (i32.const ${16 + index}) (i32.const ${48 + index}))`,
        )
        .join("\n")}
      (i32.store (i32.const 32) (i32.add (i32.load (i32.const 32)) (i32.const 1)))
      (i32.const 0)`,
    step: `(i32.store (i32.const 40) (local.get $index))`,
  });

/** One input and one output of `bytes` each: output = input + weight, byte by byte. */
export function byteAdder(weights: Uint8Array): TestModel {
  const bytes = weights.length;
  return buildModule({
    arenaBytes: 3 * bytes,
    inputs: [{ offset: 0, bytes }],
    outputs: [{ offset: bytes, bytes }],
    weights,
    more: "(global $i (mut i32) (i32.const 0))",
    predict: `
      (call $weights (i32.const ${2 * bytes}) (i32.const 0) (i32.const ${bytes}))
      (global.set $i (i32.const 0))
      (loop $next
        (i32.store8 offset=${bytes} (global.get $i)
          (i32.add (i32.load8_u (global.get $i))
                   (i32.load8_u offset=${2 * bytes} (global.get $i))))
        (global.set $i (i32.add (global.get $i) (i32.const 1)))
        (br_if $next (i32.lt_u (global.get $i) (i32.const ${bytes}))))
      (i32.const 0)`,
  });
}

/** Runs a model in V8 with the host imports of ABI 1 written once more, in TypeScript. */
export function inV8(model: TestModel, weights: Uint8Array) {
  const module = new WebAssembly.Module(new Uint8Array(model.artifact));
  const instance: WebAssembly.Instance = new WebAssembly.Instance(module, {
    edgeflash: {
      weights: (to: number, from: number, length: number) => {
        new Uint8Array(memory(), to, length).set(weights.subarray(from, from + length));
      },
      tile: (to: number, from: number, triples: number, laneBits: number, rawBytes: number) => {
        const view = new DataView(memory());
        const signed = new Int8Array(weights);
        const lane = (index: number) => BigInt(must(signed[index], "a weight"));
        for (let i = 0; i < triples; i++) {
          const at = from + 3 * i;
          const upper = (lane(at + 1) << BigInt(laneBits)) + (lane(at + 2) << BigInt(2 * laneBits));
          view.setBigInt64(to + 8 * i, lane(at) + upper, true);
        }
        const raw = weights.subarray(from + 3 * triples, from + 3 * triples + rawBytes);
        new Uint8Array(memory(), to + 8 * triples, rawBytes).set(raw);
      },
    },
  });
  const exports = instance.exports as unknown as {
    memory: { buffer: ArrayBuffer };
    predict(): number;
    step(index: number): void;
  };
  const memory = () => exports.memory.buffer;
  return exports;
}

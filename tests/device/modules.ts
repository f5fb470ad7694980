/**
 * Small ABI 1 models for tests of the board: what an artifact is made of, without a compiler
 * behind it, and the same host imports written once more for V8.
 */
import type { Offer } from "../../toolchain/deploy/link/index.ts";
import { must } from "../../toolchain/diagnostics/assert.ts";
import {
  add,
  type Code,
  call,
  countDown,
  customSection,
  exportSection,
  type FunctionBody,
  functionSections,
  globalSection,
  i32,
  importSection,
  load8,
  load32,
  local,
  memorySection,
  setLocal,
  store8,
  store32,
  typeSection,
  wasm,
} from "./wasm-builder.ts";

export interface TestModel {
  readonly artifact: Uint8Array;
  readonly offer: Offer;
}

export interface ModuleParts {
  readonly arenaBytes: number;
  readonly inputs?: Offer["inputs"];
  readonly outputs?: Offer["outputs"];
  /** Body of predict, which has one local and must leave an i32. */
  readonly predict: Code;
  readonly step?: Code;
  /** More functions: the first is function 4. */
  readonly more?: readonly FunctionBody[];
  readonly weights?: Uint8Array;
}

export const functions = { weights: 0, tile: 1, predict: 2, step: 3, more: 4 } as const;
export const done = i32(0);

export function buildModule(parts: ModuleParts): TestModel {
  const { arenaBytes, inputs = [], outputs = [], predict, step = [], more = [] } = parts;
  const [functionSection, codeSection] = functionSections([
    { type: "predict", code: predict, locals: 1 },
    { type: "step", code: step },
    ...more,
  ]);
  const { weights } = parts;
  const artifact = wasm(
    typeSection,
    importSection(["edgeflash", "weights", "weights"], ["edgeflash", "tile", "tile"]),
    functionSection,
    memorySection(Math.ceil(arenaBytes / 65_536)),
    globalSection(arenaBytes, arenaBytes),
    exportSection(
      ["memory", "memory", 0],
      ["__data_end", "global", 0],
      ["__heap_base", "global", 1],
      ["predict", "function", functions.predict],
      ["step", "function", functions.step],
    ),
    codeSection,
    ...(weights === undefined ? [] : [customSection("edgeflash.weights", weights)]),
  );
  return { artifact, offer: { abi: 1, arenaBytes, inputs, outputs } };
}

export const adderWeights = Uint8Array.of(99, 1, 2, 3, 4, 5, 6, 7);

/**
 * Two inputs (4 and 3 bytes) and two outputs: output 0 is the inputs plus a weight each, output 1
 * the number of runs so far, which lives in linear memory.
 */
export function adder(): TestModel {
  const sums = [0, 1, 2, 3, 8, 9, 10].flatMap((from, index) =>
    store8(i32(16 + index), add(load8(i32(from)), load8(i32(48 + index)))),
  );
  return buildModule({
    arenaBytes: 64,
    inputs: [
      { offset: 0, bytes: 4 },
      { offset: 8, bytes: 3 },
    ],
    outputs: [
      { offset: 16, bytes: 7 },
      { offset: 32, bytes: 4 },
    ],
    weights: adderWeights,
    predict: [
      ...call(functions.weights, i32(48), i32(1), i32(7)),
      ...sums,
      ...store32(i32(32), add(load32(i32(32)), i32(1))),
      ...done,
    ],
    step: store32(i32(40), local(0)),
  });
}

/** One input and one output of as many bytes as weights: output = input + weight. */
export function byteAdder(weights: Uint8Array): TestModel {
  const bytes = weights.length;
  // The counter runs from `bytes` to 1, so every address is one less than it.
  const sum = add(load8(add(local(0), i32(-1))), load8(add(local(0), i32(2 * bytes - 1))));
  return buildModule({
    arenaBytes: 3 * bytes,
    inputs: [{ offset: 0, bytes }],
    outputs: [{ offset: bytes, bytes }],
    weights,
    predict: [
      ...call(functions.weights, i32(2 * bytes), i32(0), i32(bytes)),
      ...setLocal(0, i32(bytes)),
      ...countDown(0, store8(add(local(0), i32(bytes - 1)), sum)),
      ...done,
    ],
  });
}

/** Runs a model in V8 with the host imports of ABI 1 in TypeScript. */
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

/**
 * Runs an artifact's module in this process's own WebAssembly engine (V8): `--runtime v8`.
 *
 * The imports of ABI 1 are implemented as the firmware implements them, with the same bounds: a
 * pull outside the weights section or outside memory traps. Memory above the plan traps on a board;
 * here it exists (a page is 64 KiB) and is left for tests to inspect.
 */
import { instantiateSync } from "@assemblyscript/loader";
import { assert } from "../../diagnostics/assert.ts";

export interface HostModule {
  readonly memory: Uint8Array;
  readonly step: (index: number) => void;
  /** Whether it wants the next row of its input, and then to be called again. */
  readonly predict: () => boolean;
  /** Gives every state its first value; absent where a model has none. */
  readonly reset?: () => void;
  /** Value of the global __heap_base: exact bytes of memory that the module uses. */
  readonly memoryBytes: number;
}

export function instantiate(wasm: Uint8Array, section: Uint8Array): HostModule {
  let memory = new Uint8Array(0);
  const pull = (dst: number, offset: number, length: number): Uint8Array => {
    const inside = offset + length <= section.length && dst + length <= memory.length;
    assert(inside, `a kernel pulls ${length} B at ${offset} of ${section.length} to ${dst}`);
    return section.subarray(offset, offset + length);
  };
  const weights = (dst: number, offset: number, length: number): void => {
    memory.set(pull(dst >>> 0, offset >>> 0, length >>> 0), dst >>> 0);
  };
  const tile = (dst: number, offset: number, triples: number, bits: number, raw: number): void => {
    const source = pull(dst, offset, triples * 3);
    const words = new DataView(memory.buffer, dst, triples * 8);
    const lanes = new Int8Array(source.buffer, source.byteOffset, source.length);
    const lane = (at: number) => lanes[at] ?? 0;
    for (let index = 0; index < triples; index++) {
      const at = index * 3;
      // Lanes have at most 22 bits: the word is below 2^52 in size, and exact as a number.
      const word = lane(at) + lane(at + 1) * 2 ** bits + lane(at + 2) * 2 ** (2 * bits);
      words.setInt32(index * 8, word % HALF, true);
      words.setInt32(index * 8 + 4, Math.floor(word / HALF), true);
    }
    weights(dst + triples * 8, offset + triples * 3, raw);
  };
  const { exports } = instantiateSync<Exports>(wasm, { edgeflash: { weights, tile } });
  memory = new Uint8Array(exports.memory.buffer);
  return {
    memory,
    step: exports.step,
    predict: () => {
      const code = exports.predict();
      assert(code === 0 || code === 1, "predict() reports a failure");
      return code === 1;
    },
    ...(exports.reset && { reset: exports.reset }),
    memoryBytes: exports.__heap_base.value,
  };
}

interface Exports extends Record<string, unknown> {
  readonly memory: WebAssembly.Memory;
  readonly step: (index: number) => void;
  readonly predict: () => number;
  readonly reset?: () => void;
  readonly __heap_base: { readonly value: number };
}

/** Half of a word. */
const HALF = 2 ** 32;

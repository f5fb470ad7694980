/**
 * Seeded damage to a file. Mutation number n of a file is the same on every machine, so a failing
 * case is named by its file and number alone. Places are drawn from the whole file and, more often,
 * from its two ends, where FlatBuffers writers put the structure; the middle is mostly weights.
 */
import { must } from "../../toolchain/diagnostics/assert.ts";
import { type Random, xorshift32 } from "../ops/random.ts";

const END_BYTES = 4096;

type Mutation = (bytes: Uint8Array, random: Random) => Uint8Array;

const below = (random: Random, limit: number): number => random() % Math.max(1, limit);

function place(bytes: Uint8Array, random: Random): number {
  const span = Math.min(END_BYTES, bytes.length);
  const starts = [0, bytes.length - span, below(random, bytes.length)];
  const start = must(starts[below(random, starts.length)], "region");
  return Math.min(bytes.length - 1, start + below(random, span));
}

/** Values that offsets, lengths, counts and indices should never have. */
function hostileValue(bytes: Uint8Array, at: number, random: Random): number {
  const near = below(random, 16) - 8;
  const values = [0, 1, -1, -2, 2 ** 31, 2 ** 31 - 1, 2 ** 30, 65535, 3, 4];
  const relative = [bytes.length - at + near, bytes.length + near, -at + near, near];
  const all = [...values, ...relative];
  return must(all[below(random, all.length)], "value");
}

const mutations: readonly Mutation[] = [
  function truncate(bytes, random) {
    return bytes.slice(0, place(bytes, random));
  },
  function flipBits(bytes, random) {
    const damaged = bytes.slice();
    for (let flips = below(random, 8); flips >= 0; flips -= 1) {
      const at = place(bytes, random);
      damaged[at] = must(damaged[at], "byte") ^ (1 << below(random, 8));
    }
    return damaged;
  },
  function overwriteWord(bytes, random) {
    const at = place(bytes, random) & ~3;
    const damaged = bytes.slice();
    if (at + 4 > bytes.length) return damaged;
    const value = hostileValue(bytes, at, random);
    new DataView(damaged.buffer).setUint32(at, value >>> 0, true);
    return damaged;
  },
  function swapRegions(bytes, random) {
    const length = 4 + (below(random, 16) & ~3);
    const [a, b] = [place(bytes, random) & ~3, place(bytes, random) & ~3];
    const damaged = bytes.slice();
    damaged.set(bytes.subarray(b, b + Math.min(length, bytes.length - a)), a);
    damaged.set(bytes.subarray(a, a + Math.min(length, bytes.length - b)), b);
    return damaged;
  },
  function fillRegion(bytes, random) {
    const at = place(bytes, random);
    return bytes.slice().fill(below(random, 2) * 255, at, at + 1 + below(random, 32));
  },
];

/** One to three of the mutations, chosen by `seed`. */
export function mutate(bytes: Uint8Array, seed: number): Uint8Array {
  // Neighbouring seeds would begin alike.
  const random = xorshift32(Math.imul(seed + 1, 0x9e3779b1));
  let damaged = bytes;
  for (let rounds = below(random, 3); rounds >= 0; rounds -= 1) {
    if (damaged.length === 0) return damaged;
    damaged = must(mutations[below(random, mutations.length)], "mutation")(damaged, random);
  }
  return damaged;
}

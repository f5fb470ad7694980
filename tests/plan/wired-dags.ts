/**
 * Random wired DAGs as order problems: Watts and Strogatz's small worlds WS(n, k, p), their edges
 * directed to the higher number, as RandWire nets are (Xie et al. 2019). A ring of n operators,
 * each wired to its k nearest; every wire moves its far end anywhere with chance p. Operators
 * without a predecessor read the input, one more reads all that nobody else does.
 */
import { must } from "../../toolchain/diagnostics/assert.ts";
import type { OrderProblem } from "../../toolchain/plan/schedule/order-problem.ts";
import { between, fraction, type Random, xorshift32 } from "../ops/random.ts";

/** wires[i]: lower numbers that i reads. */
export function smallWorld(random: Random, n: number, k: number, p: number): number[][] {
  const ends = Array.from({ length: n }, () => new Set<number>());
  const isWired = (a: number, b: number) => a === b || ends[a]?.has(b) || ends[b]?.has(a);
  for (let distance = 1; distance <= k / 2; distance++) {
    for (let from = 0; from < n; from++) {
      let to = (from + distance) % n;
      while (isWired(from, to) || fraction(random) < p) {
        to = between(random, 0, n - 1);
        if (!isWired(from, to)) break;
      }
      ends[from]?.add(to);
    }
  }
  return ends.map((own, index) => {
    const all = [...own, ...ends.flatMap((other, at) => (other.has(index) ? [at] : []))];
    return all.filter((other) => other < index).sort((a, b) => a - b);
  });
}

export interface Sketch {
  /** Operators that each one reads from; none: it reads the input. */
  readonly reads: readonly (readonly number[])[];
  /** Bytes that each one makes. */
  readonly bytes: readonly number[];
  readonly inputBytes: number;
}

/** Operator i makes buffer i; the last buffer is the input. What nobody reads is an output. */
export function problemOf({ reads, bytes, inputBytes }: Sketch): OrderProblem {
  const input = bytes.length;
  const readersOf = (buffer: number) =>
    reads.flatMap((own, index) => {
      const isReader = buffer === input ? own.length === 0 : own.includes(buffer);
      return isReader ? [index] : [];
    });
  const made = bytes.map((size, index) => {
    const readers = readersOf(index);
    const users = [index, ...readers];
    return { bytes: size, users, fromStart: false, toEnd: readers.length === 0 };
  });
  const given = { bytes: inputBytes, users: readersOf(input), fromStart: true, toEnd: false };
  const operators = reads.map((own, index) => ({
    after: own,
    touches: [...(own.length === 0 ? [input] : own), index],
    dyingInputs: [],
    extraBytes: () => 0,
  }));
  return { operators, buffers: [...made, given], idleBytes: 0 };
}

/** A small world and an operator that reads all that is left, of equal or random sizes. */
export function wiredDag(seed: number, n: number, p: number, isEven = false): OrderProblem {
  const random = xorshift32(Math.imul(seed + 1, 0x9e3779b1));
  const wires = smallWorld(random, n, 4, p);
  const read = new Set(wires.flat());
  const last = wires.flatMap((_, index) => (read.has(index) ? [] : [index]));
  const size = () => (isEven ? 1 : 64 * between(random, 1, 12));
  const bytes = [...wires, last].map(size);
  return problemOf({ reads: [...wires, last], bytes, inputBytes: must(bytes[0], "a size") });
}

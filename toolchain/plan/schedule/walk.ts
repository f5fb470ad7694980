/**
 * A walk through one part of an order problem: the set of operators that have run, the bytes that
 * stay alive, and what each next operator would need. The search moves one walk from state to
 * state; all sets that occur are downsets, bits of 32-bit words.
 *
 * Some steps need no choice. When a chain of operators, each reading what the one before made,
 * needs no more than was needed anyway and leaves no more alive than it found, it is run at once.
 * Alive bytes are a submodular function of the set, so moving such a chain to the front makes no
 * later step of any order dearer, as long as they are not less on the way than at its end.
 */
import { must } from "../../diagnostics/assert.ts";
import type { LocalOperator, LocalPart } from "./local-part.ts";
import type { Buffer } from "./order-problem.ts";

export class Walk {
  /** Operators that have run, one bit each. */
  readonly words: Uint32Array;
  /** How many they are, and the bytes alive after them. */
  count = 0;
  aliveBytes: number;
  readonly #part: LocalPart;
  readonly #nextWords: Uint32Array;

  constructor(part: LocalPart) {
    this.#part = part;
    this.words = new Uint32Array(Math.ceil(part.operators.length / 32));
    this.#nextWords = this.words.slice();
    this.aliveBytes = part.aliveBytes;
  }

  get size(): number {
    return this.#part.operators.length;
  }

  /** Goes to a state that a walk was in, its set at `begin` of `words`. */
  load(words: Uint32Array, begin: number, count: number, aliveBytes: number): void {
    // A loop: copies of one or two words are faster so.
    for (let at = 0; at < this.words.length; at++) this.words[at] = words[begin + at] ?? 0;
    this.count = count;
    this.aliveBytes = aliveBytes;
  }

  hasRun(index: number): boolean {
    return (((this.words[index >>> 5] ?? 0) >>> (index & 31)) & 1) === 1;
  }

  /** Whether an operator may run next. */
  isReady(index: number): boolean {
    if (this.hasRun(index)) return false;
    for (const other of this.#at(index).after) if (!this.hasRun(other)) return false;
    return true;
  }

  #at(index: number): LocalOperator {
    return must(this.#part.operators[index], "an operator of the part");
  }

  isBegun({ users, fromStart }: Buffer): boolean {
    if (fromStart) return true;
    for (const user of users) if (this.hasRun(user)) return true;
    return false;
  }

  /** Whether nothing but this operator, which runs next, keeps a buffer alive. */
  endsAt({ users, toEnd }: Buffer, index: number): boolean {
    if (toEnd) return false;
    for (const user of users) if (user !== index && !this.hasRun(user)) return false;
    return true;
  }

  /** Bytes that an operator needs if it runs next. */
  needOf(index: number): number {
    const { touches, dyingInputs, extraBytes } = this.#at(index);
    let bytes = this.aliveBytes + (this.count === 0 ? this.#part.firstStepBytes : 0);
    for (const buffer of touches) if (!this.isBegun(buffer)) bytes += buffer.bytes;
    let dying = 0;
    for (let bit = 0; bit < dyingInputs.length; bit++) {
      const buffer = must(dyingInputs[bit], "an input");
      if (this.endsAt(buffer, index)) dying |= 1 << bit;
    }
    return bytes + extraBytes(dying);
  }

  /** Bytes alive after an operator that runs next. */
  aliveAfter(index: number): number {
    let bytes = this.aliveBytes;
    for (const buffer of this.#at(index).touches) {
      if (!this.isBegun(buffer)) bytes += buffer.bytes;
      if (this.endsAt(buffer, index)) bytes -= buffer.bytes;
    }
    return bytes;
  }

  /** The set with one operator more; valid until asked again. */
  wordsAfter(index: number): Uint32Array {
    for (let at = 0; at < this.words.length; at++) this.#nextWords[at] = this.words[at] ?? 0;
    this.#nextWords[index >>> 5] = (this.words[index >>> 5] ?? 0) | (1 << (index & 31));
    return this.#nextWords;
  }

  run(index: number): void {
    this.aliveBytes = this.aliveAfter(index);
    this.words[index >>> 5] = (this.words[index >>> 5] ?? 0) | (1 << (index & 31));
    this.count += 1;
  }

  /** Runs all that needs no choice within `peakBytes`; returns it in order. */
  settle(peakBytes: number): number[] {
    const moves: number[] = [];
    for (let index = 0; index < this.size; index++) {
      const chain = this.isReady(index) ? this.#freeChain(index, peakBytes) : [];
      if (chain.length === 0) continue;
      moves.push(...chain);
      index = -1;
    }
    return moves;
  }

  /** Runs a chain that begins here and leaves no more alive; nothing when there is none. */
  #freeChain(start: number, peakBytes: number): number[] {
    const { aliveBytes } = this;
    const chain: number[] = [];
    for (let index: number | undefined = start; index !== undefined; ) {
      if (this.needOf(index) > peakBytes) break;
      this.run(index);
      chain.push(index);
      if (this.aliveBytes <= aliveBytes) return chain;
      index = this.#at(index).next.find((other) => this.isReady(other));
    }
    for (const index of chain) {
      this.words[index >>> 5] = (this.words[index >>> 5] ?? 0) & ~(1 << (index & 31));
    }
    this.count -= chain.length;
    this.aliveBytes = aliveBytes;
    return [];
  }
}

/**
 * The states of a search, each a set of operators that have run with the least peak known to lead
 * there. Sets are words in one array, found by an open-addressed hash table, so that a few hundred
 * thousand of them take little memory and time.
 */
import { must } from "../../diagnostics/assert.ts";
import type { Walk } from "./walk.ts";

/** A way to a set: the best one known, while States.at(index) is it. */
export interface State {
  /** Of the set, in the order in which they were found. */
  readonly index: number;
  readonly peakBytes: number;
  readonly aliveBytes: number;
  readonly count: number;
  /** The set before, -1 for the first, and what ran since. */
  readonly parent: number;
  readonly moves: readonly number[];
}

export class States {
  readonly #wordsEach: number;
  readonly #states: State[] = [];
  #words: Uint32Array;
  /** Position in `#states` plus one; 0 is free. A power of two, at most half full. */
  #slots = new Int32Array(1024);

  constructor(wordsEach: number) {
    this.#wordsEach = wordsEach;
    this.#words = new Uint32Array(256 * wordsEach);
  }

  get count(): number {
    return this.#states.length;
  }

  at(index: number): State {
    return must(this.#states[index], "a state");
  }

  /** Takes a walk to a state. */
  visit({ index, count, aliveBytes }: State, walk: Walk): void {
    walk.load(this.#words, index * this.#wordsEach, count, aliveBytes);
  }

  /** Adds a set or betters a known one; null when that is known with no higher peak. */
  reach(words: Uint32Array, way: Omit<State, "index">): State | null {
    const slot = this.#slotOf(words);
    const known = (this.#slots[slot] ?? 0) - 1;
    const { peakBytes, aliveBytes, count, parent, moves } = way;
    const index = known < 0 ? this.count : known;
    if (known >= 0 && this.at(known).peakBytes <= peakBytes) return null;
    const state = { index, peakBytes, aliveBytes, count, parent, moves };
    this.#states[index] = state;
    if (known >= 0) return state;
    this.#slots[slot] = index + 1;
    this.#store(words, index);
    if (2 * this.count > this.#slots.length) this.#rehash();
    return state;
  }

  /** The same way, when it turns out that it needs more. */
  raise(state: State, peakBytes: number): State {
    const raised = { ...state, peakBytes };
    this.#states[state.index] = raised;
    return raised;
  }

  /** What ran from the first state to this one, in order. */
  path({ index }: State): number[] {
    const moves: (readonly number[])[] = [];
    for (let at = index; at >= 0; at = this.at(at).parent) moves.push(this.at(at).moves);
    return moves.reverse().flat();
  }

  #store(words: Uint32Array, index: number): void {
    const begin = index * this.#wordsEach;
    if (begin + words.length > this.#words.length) {
      const longer = new Uint32Array(2 * this.#words.length);
      longer.set(this.#words);
      this.#words = longer;
    }
    for (let at = 0; at < words.length; at++) this.#words[begin + at] = words[at] ?? 0;
  }

  /** The slot of a set, or the free one where it belongs. */
  #slotOf(words: Uint32Array): number {
    let slot = this.#hash(words, 0);
    for (;;) {
      const index = (this.#slots[slot] ?? 0) - 1;
      if (index < 0 || this.#equals(index, words)) return slot;
      slot = (slot + 1) & (this.#slots.length - 1);
    }
  }

  #hash(words: Uint32Array, begin: number): number {
    let hash = 0;
    for (let at = 0; at < this.#wordsEach; at++) {
      hash = Math.imul(hash ^ (words[begin + at] ?? 0), 0x9e3779b1) ^ (hash >>> 15);
    }
    return (hash ^ (hash >>> 16)) & (this.#slots.length - 1);
  }

  #equals(index: number, words: Uint32Array): boolean {
    const begin = index * this.#wordsEach;
    for (let at = 0; at < words.length; at++) {
      if (this.#words[begin + at] !== words[at]) return false;
    }
    return true;
  }

  /** Twice the slots; the sets are all different. */
  #rehash(): void {
    this.#slots = new Int32Array(2 * this.#slots.length);
    for (let index = 0; index < this.count; index++) {
      let slot = this.#hash(this.#words, index * this.#wordsEach);
      while (this.#slots[slot] !== 0) slot = (slot + 1) & (this.#slots.length - 1);
      this.#slots[slot] = index + 1;
    }
  }
}

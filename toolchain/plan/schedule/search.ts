/**
 * Searches for the order of one part that needs the least: best first over sets of operators that
 * have run, the cost of a path being its largest need, so that the first path to reach the end is
 * the best there is. A path may need `floorBytes` for nothing: other parts need that much anyway.
 * Method: Liberis and Lane 2019 (arXiv 1910.05110) as a shortest path in the sense of the maximum;
 * what a search limit leaves open gives a lower bound, and a beam then looks for a good order.
 *
 * Deterministic: of paths with equal needs the longer one goes first, then the one found first, and
 * operators are tried in the definition's order.
 */
import { must } from "../../diagnostics/assert.ts";
import { RestBound } from "./bound.ts";
import { Heap } from "./heap.ts";
import type { LocalPart } from "./local-part.ts";
import { type State, States } from "./states.ts";
import { Walk } from "./walk.ts";

export interface Limits {
  /** What a path may need for nothing. */
  readonly floorBytes: number;
  /** What the known order needs: others must need less. */
  readonly knownBytes: number;
}

export interface Found {
  /** Operators of the part in order; null: none needs less than the known order. */
  readonly order: readonly number[] | null;
  readonly peakBytes: number;
  /** No order needs less, but for the floor. */
  readonly lowerBoundBytes: number;
  /** States that were looked at. */
  readonly states: number;
}

/** The states of a part that are known, and what follows each. */
class Frontier {
  readonly states: States;
  readonly walk: Walk;
  readonly #bound: RestBound;
  readonly #limits: Limits;
  readonly #open: (state: State) => void;
  /** Moves of one operator: most states are such a step away. */
  readonly #alone: readonly (readonly number[])[];

  /** Gives states to `open` as they are found, the first one at once. */
  constructor(part: LocalPart, limits: Limits, open: (state: State) => void) {
    this.walk = new Walk(part);
    this.states = new States(this.walk.words.length);
    this.#bound = new RestBound(part);
    this.#alone = part.operators.map((_, index) => [index]);
    this.#limits = limits;
    this.#open = open;
    this.#reach(this.walk.words, {
      peakBytes: limits.floorBytes,
      aliveBytes: this.walk.aliveBytes,
      count: 0,
      parent: -1,
      moves: [],
    });
  }

  #reach(words: Uint32Array, way: Omit<State, "index">): void {
    const state = this.states.reach(words, way);
    if (state !== null) this.#open(state);
  }

  isCurrent(state: State): boolean {
    return this.states.at(state.index) === state;
  }

  /** Goes on from a state; false when it turns out that all ways on need more than its peak. */
  expand(state: State): boolean {
    const { walk } = this;
    this.states.visit(state, walk);
    const peakBytes = Math.max(state.peakBytes, this.#bound.of(walk));
    if (peakBytes > state.peakBytes) {
      if (peakBytes < this.#limits.knownBytes) this.#open(this.states.raise(state, peakBytes));
      return false;
    }
    const moves = walk.settle(peakBytes);
    if (moves.length > 0) {
      const { aliveBytes, count } = walk;
      this.#reach(walk.words, { peakBytes, aliveBytes, count, parent: state.index, moves });
    } else {
      this.#branch(state);
    }
    return true;
  }

  /** Each operator that may run next. */
  #branch({ peakBytes, count, index: parent }: State): void {
    const { walk } = this;
    for (let index = 0; index < walk.size; index++) {
      if (!walk.isReady(index)) continue;
      const peak = Math.max(peakBytes, walk.needOf(index));
      if (peak >= this.#limits.knownBytes) continue;
      this.#reach(walk.wordsAfter(index), {
        peakBytes: peak,
        aliveBytes: walk.aliveAfter(index),
        count: count + 1,
        parent,
        moves: must(this.#alone[index], "a move"),
      });
    }
  }
}

const isBefore = (a: State, b: State): boolean =>
  (a.peakBytes - b.peakBytes || b.count - a.count || a.index - b.index) < 0;

/** The best order; what is known when more than `statesMax` states would be needed to find it. */
export function bestFirst(part: LocalPart, limits: Limits, statesMax: number): Found {
  const open = new Heap<State>(isBefore);
  const frontier = new Frontier(part, limits, (state) => open.push(state));
  const { states } = frontier;
  const known = { order: null, peakBytes: limits.knownBytes };
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (!frontier.isCurrent(next)) continue;
    const { peakBytes, count } = next;
    const found = { lowerBoundBytes: peakBytes, states: states.count };
    if (count === frontier.walk.size) return { order: states.path(next), peakBytes, ...found };
    if (states.count > statesMax) return { ...known, ...found };
    frontier.expand(next);
  }
  return { ...known, lowerBoundBytes: limits.knownBytes, states: states.count };
}

/** A beam: of all states with equally many operators run only the best `width` go on. */
export function beam(part: LocalPart, limits: Limits, width: number): Found {
  const layers = Array.from({ length: part.operators.length + 1 }, (): State[] => []);
  const frontier = new Frontier(part, limits, (state) => layers[state.count]?.push(state));
  const { states } = frontier;
  const isBetter = (a: State, b: State) =>
    a.peakBytes - b.peakBytes || a.aliveBytes - b.aliveBytes || a.index - b.index;
  for (const layer of layers.slice(0, -1)) {
    const sorted = layer.filter((state) => frontier.isCurrent(state)).sort(isBetter);
    let left = width;
    for (const state of sorted) if (left > 0 && frontier.expand(state)) left -= 1;
  }
  const best = layers.at(-1)?.find((state) => frontier.isCurrent(state));
  return {
    order: best === undefined ? null : states.path(best),
    peakBytes: best?.peakBytes ?? limits.knownBytes,
    lowerBoundBytes: limits.floorBytes,
    states: states.count,
  };
}

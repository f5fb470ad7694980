/**
 * What the rest of a walk needs at least. While an operator runs, these are alive whatever the
 * order: buffers begun by it or by what leads to it, and buffers begun already, as far as it or
 * what it leads to still touches them.
 */
import { must } from "../../diagnostics/assert.ts";
import type { LocalPart } from "./local-part.ts";
import type { Walk } from "./walk.ts";

export class RestBound {
  readonly #part: LocalPart;
  /** What each operator needs in any order. */
  readonly #least: Float64Array;
  /** For each buffer the operators that it may or may not be begun ahead of, and outlives. */
  readonly #beside: readonly (readonly number[])[];
  readonly #needs: Float64Array;

  constructor(part: LocalPart) {
    const { operators, buffers } = part;
    const leads = reachability(part);
    const count = operators.length;
    this.#part = part;
    this.#needs = new Float64Array(count);
    this.#least = Float64Array.from(operators, ({ dyingInputs, extraBytes }, index) => {
      const dying = dyingInputs.map(({ users, toEnd }) => {
        return !toEnd && users.every((user) => user === index || !leads[index * count + user]);
      });
      const bits = dying.reduce((sum, dies, bit) => (dies ? sum | (1 << bit) : sum), 0);
      return part.passingBytes + extraBytes(bits);
    });
    this.#beside = buffers.map(({ bytes, users, fromStart, toEnd }) => {
      const beside: number[] = [];
      for (let index = 0; index < count; index++) {
        const outlives = toEnd || users.some((user) => leads[index * count + user]);
        if (!outlives) continue;
        const isBegun = fromStart || users.some((user) => leads[user * count + index]);
        if (isBegun) this.#least[index] = must(this.#least[index], "a need") + bytes;
        else beside.push(index);
      }
      return beside;
    });
  }

  /** No way to end the walk needs less. */
  of(walk: Walk): number {
    const needs = this.#needs;
    needs.set(this.#least);
    const { buffers, operators } = this.#part;
    for (let index = 0; index < buffers.length; index++) {
      const beside = must(this.#beside[index], "operators beside a buffer");
      const buffer = must(buffers[index], "a buffer");
      if (beside.length === 0 || !walk.isBegun(buffer)) continue;
      for (const operator of beside) needs[operator] = (needs[operator] ?? 0) + buffer.bytes;
    }
    let most = 0;
    for (let index = 0; index < operators.length; index++) {
      if (!walk.hasRun(index)) most = Math.max(most, needs[index] ?? 0);
    }
    return most;
  }
}

/** [a * count + b]: a is b or leads to b. */
function reachability({ operators }: LocalPart): Uint8Array {
  const count = operators.length;
  const leads = new Uint8Array(count * count);
  for (let from = count - 1; from >= 0; from--) {
    leads[from * count + from] = 1;
    for (const next of must(operators[from], "an operator").next) {
      for (let to = next; to < count; to++) {
        if (leads[next * count + to]) leads[from * count + to] = 1;
      }
    }
  }
  return leads;
}

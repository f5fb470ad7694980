/**
 * The order of operators as a problem of its own: who runs after whom, which byte buffers each one
 * touches, and what it needs beside them. Nothing here knows graphs or kernels.
 *
 * Operators are numbered in a valid order, the definition's. A buffer is alive from the first
 * operator that touches it to the last, both included; those of inputs and states are alive from
 * the start, those of outputs and states to the end.
 */
import { assert, must } from "../../diagnostics/assert.ts";

export interface Buffer {
  readonly bytes: number;
  /** Operators that touch it, in ascending order. */
  readonly users: readonly number[];
  readonly fromStart: boolean;
  readonly toEnd: boolean;
}

export interface Operator {
  /** Operators that must have run. */
  readonly after: readonly number[];
  /** Buffers that it touches. */
  readonly touches: readonly number[];
  /** Of those, the ones that what it writes may lie on where this is their last use; at most 31. */
  readonly dyingInputs: readonly number[];
  /**
   * Bytes that it needs beside what is alive, negative where it saves some: scratch less what it
   * shares, when bit i of `dying` says that dyingInputs[i] ends here. Never more with more bits.
   */
  readonly extraBytes: (dying: number) => number;
}

export interface OrderProblem {
  readonly operators: readonly Operator[];
  readonly buffers: readonly Buffer[];
  /** Inputs that nobody reads: alive at the first step alone. */
  readonly idleBytes: number;
}

/** What every step of an order needs. */
export function stepNeeds(
  { operators, buffers, idleBytes }: OrderProblem,
  order: readonly number[],
) {
  const waiting = buffers.map(({ users, toEnd }) => users.length + Number(toEnd));
  const begun = buffers.map(({ fromStart }) => fromStart);
  const done = operators.map(() => false);
  let alive = sum(buffers.filter(({ fromStart }) => fromStart).map(({ bytes }) => bytes));
  return order.map((index, step) => {
    const { after, touches, dyingInputs, extraBytes } = must(operators[index], "an operator");
    assert(!done[index] && after.every((other) => done[other]), `operator ${index} is too early`);
    done[index] = true;
    for (const buffer of touches) {
      if (!begun[buffer]) alive += must(buffers[buffer], "a buffer").bytes;
      begun[buffer] = true;
      waiting[buffer] = must(waiting[buffer], "users of a buffer") - 1;
    }
    const dying = dyingInputs.reduce(
      (bits, buffer, i) => bits | (Number(!waiting[buffer]) << i),
      0,
    );
    const need = alive + extraBytes(dying) + (step === 0 ? idleBytes : 0);
    const ended = touches.filter((buffer) => waiting[buffer] === 0);
    alive -= sum(ended.map((buffer) => must(buffers[buffer], "a buffer").bytes));
    return need;
  });
}

/** What the dearest step of an order needs; of a problem without operators, what is alive. */
export function largestNeed(problem: OrderProblem, order: readonly number[]): number {
  const given = problem.buffers.filter(({ fromStart }) => fromStart).map(({ bytes }) => bytes);
  if (order.length === 0) return sum(given) + problem.idleBytes;
  return stepNeeds(problem, order).reduce((most, need) => Math.max(most, need));
}

const sum = (values: readonly number[]): number =>
  values.reduce((total, value) => total + value, 0);

/**
 * One part of an order problem by itself: operators numbered from its first one, and buffers as the
 * part sees them, alive before it or after it or only inside.
 */
import { must } from "../../diagnostics/assert.ts";
import type { OrderProblem } from "./order-problem.ts";
import type { Part } from "./parts.ts";

export interface LocalBuffer {
  readonly bytes: number;
  /** Operators of the part that touch it. */
  readonly users: readonly number[];
  /** Alive before the part; after it. */
  readonly isGiven: boolean;
  readonly stays: boolean;
}

export interface LocalOperator {
  readonly after: readonly number[];
  readonly next: readonly number[];
  readonly touches: readonly LocalBuffer[];
  readonly dyingInputs: readonly LocalBuffer[];
  readonly extraBytes: (dying: number) => number;
}

export interface LocalPart {
  readonly operators: readonly LocalOperator[];
  /** Those that its operators touch. */
  readonly buffers: readonly LocalBuffer[];
  /** Bytes alive before its first operator, and those of them that no operator here touches. */
  readonly aliveBytes: number;
  readonly passingBytes: number;
  /** What the first step needs beside that. */
  readonly firstStepBytes: number;
}

export function localPart(problem: OrderProblem, part: Part): LocalPart {
  const isInside = (index: number) => part.from <= index && index < part.to;
  const all = problem.buffers.map(({ bytes, users, fromStart, toEnd }): LocalBuffer => {
    const isGiven = fromStart || users.some((user) => user < part.from);
    const stays = toEnd || users.some((user) => user >= part.to);
    return { bytes, users: users.filter(isInside).map((user) => user - part.from), isGiven, stays };
  });
  const local = (indices: readonly number[]) =>
    indices.map((index) => must(all[index], "a buffer"));
  const operators = problem.operators.slice(part.from, part.to);
  const after = operators.map((operator) =>
    operator.after.filter(isInside).map((other) => other - part.from),
  );
  const next = operators.map((): number[] => []);
  for (const [index, others] of after.entries()) {
    for (const other of others) next[other]?.push(index);
  }
  const bytesOf = (buffers: readonly LocalBuffer[]) =>
    buffers.reduce((sum, { bytes }) => sum + bytes, 0);
  const buffers = all.filter(({ users }) => users.length > 0);
  const passing = all.filter(({ users, isGiven, stays }) => isGiven && stays && users.length === 0);
  const passingBytes = bytesOf(passing);
  return {
    operators: operators.map(({ touches, dyingInputs, extraBytes }, index) => ({
      after: must(after[index], "predecessors"),
      next: must(next[index], "successors"),
      touches: local(touches),
      dyingInputs: local(dyingInputs),
      extraBytes,
    })),
    buffers,
    aliveBytes: passingBytes + bytesOf(buffers.filter(({ isGiven }) => isGiven)),
    passingBytes,
    firstStepBytes: part.from === 0 ? problem.idleBytes : 0,
  };
}

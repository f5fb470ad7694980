/**
 * One part of an order problem by itself: operators numbered from its first one, and buffers as the
 * part sees them, whose users are those inside and whose start and end are the part's.
 */
import { must } from "../../diagnostics/assert.ts";
import type { Buffer, Operator, OrderProblem } from "./order-problem.ts";
import type { Part } from "./parts.ts";

export interface LocalOperator extends Pick<Operator, "after" | "extraBytes"> {
  readonly next: readonly number[];
  readonly touches: readonly Buffer[];
  readonly dyingInputs: readonly Buffer[];
}

export interface LocalPart {
  readonly operators: readonly LocalOperator[];
  /** Those that its operators touch. */
  readonly buffers: readonly Buffer[];
  /** Bytes alive before its first operator, and those of them that no operator here touches. */
  readonly aliveBytes: number;
  readonly passingBytes: number;
  /** What the first step needs beside that. */
  readonly firstStepBytes: number;
}

export function localPart(problem: OrderProblem, part: Part): LocalPart {
  const isInside = (index: number) => part.from <= index && index < part.to;
  const all = problem.buffers.map(
    ({ bytes, users, fromStart, toEnd }): Buffer => ({
      bytes,
      users: users.filter(isInside).map((user) => user - part.from),
      fromStart: fromStart || users.some((user) => user < part.from),
      toEnd: toEnd || users.some((user) => user >= part.to),
    }),
  );
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
  const bytesOf = (buffers: readonly Buffer[]) =>
    buffers.reduce((sum, { bytes }) => sum + bytes, 0);
  const buffers = all.filter(({ users }) => users.length > 0);
  const passing = all.filter(
    ({ users, fromStart, toEnd }) => fromStart && toEnd && users.length === 0,
  );
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
    aliveBytes: passingBytes + bytesOf(buffers.filter(({ fromStart }) => fromStart)),
    passingBytes,
    firstStepBytes: part.from === 0 ? problem.idleBytes : 0,
  };
}

/**
 * Operator order on abstract problems: as good as the best of all permutations on small ones,
 * proven on small worlds of 32 operators and most of 48, never worse than the definition's, and the
 * same every time. What an order costs is added up here from scratch, step by step.
 */
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { must } from "../../toolchain/diagnostics/assert.ts";
import { leastOrder } from "../../toolchain/plan/schedule/order.ts";
import {
  largestNeed,
  type OrderProblem,
  stepNeeds,
} from "../../toolchain/plan/schedule/order-problem.ts";
import { partsOf } from "../../toolchain/plan/schedule/parts.ts";
import { problemOf, type Sketch, wiredDag } from "./wired-dags.ts";

/** The largest need, from the definition: what is alive at each step of a whole order. */
function needOf({ operators, buffers, idleBytes }: OrderProblem, order: readonly number[]) {
  const needs = order.map((operator, step) => {
    const alive = buffers.map(({ users, fromStart, toEnd }) => {
      const steps = users.map((user) => order.indexOf(user));
      const first = fromStart ? 0 : Math.min(...steps);
      const last = toEnd ? order.length - 1 : Math.max(...steps);
      return { isAlive: first <= step && step <= last, ends: last === step && !toEnd };
    });
    const { dyingInputs, extraBytes } = must(operators[operator], "an operator");
    const dying = dyingInputs.reduce((bits, b, i) => bits + (alive[b]?.ends ? 2 ** i : 0), 0);
    const bytes = buffers.reduce((sum, b, i) => sum + (alive[i]?.isAlive ? b.bytes : 0), 0);
    return bytes + extraBytes(dying) + (step === 0 ? idleBytes : 0);
  });
  return Math.max(...needs);
}

function bruteForce(problem: OrderProblem): number {
  const { operators } = problem;
  let best = Number.POSITIVE_INFINITY;
  const visit = (order: readonly number[]) => {
    if (order.length === operators.length) best = Math.min(best, needOf(problem, order));
    operators.forEach(({ after }, index) => {
      const isReady = !order.includes(index) && after.every((other) => order.includes(other));
      if (isReady) visit([...order, index]);
    });
  };
  visit([]);
  return best;
}

const sketch = fc.integer({ min: 1, max: 8 }).chain((count) =>
  fc.record({
    reads: fc.tuple(
      ...Array.from({ length: count }, (_, index) =>
        fc.uniqueArray(fc.nat(Math.max(0, index - 1)), { maxLength: Math.min(index, 3) }),
      ),
    ),
    bytes: fc.array(fc.integer({ min: 1, max: 40 }), { minLength: count, maxLength: count }),
    inputBytes: fc.integer({ min: 1, max: 40 }),
    /** Operators that may write over a dying input, and scratch of the others. */
    scratch: fc.array(fc.option(fc.nat(15)), { minLength: count, maxLength: count }),
    idleBytes: fc.constantFrom(0, 0, 60),
    kept: fc.array(fc.nat(count - 1), { maxLength: 2 }),
    /** Operators that write a part of another one's buffer. */
    parts: fc.array(fc.tuple(fc.nat(count - 1), fc.nat(count - 1)), { maxLength: 2 }),
  }),
);

function withParts(
  { operators, buffers, idleBytes }: OrderProblem,
  parts: readonly (readonly [number, number])[],
): OrderProblem {
  const joined = (values: readonly number[], more: readonly number[]) =>
    [...new Set([...values, ...more])].sort((a, b) => a - b);
  const writers = (buffer: number) => parts.filter(([, to]) => to === buffer).map(([from]) => from);
  const written = (operator: number) => parts.filter(([from]) => from === operator);
  return {
    idleBytes,
    operators: operators.map((each, index) => {
      return {
        ...each,
        touches: joined(
          each.touches,
          written(index).map(([, to]) => to),
        ),
      };
    }),
    buffers: buffers.map((each, index) => {
      return { ...each, users: joined(each.users, writers(index)) };
    }),
  };
}

/** A sketch whose operators share bytes with inputs that die, or need scratch. */
function withKernels(
  drawn: Sketch & {
    readonly scratch: readonly (number | null)[];
    readonly kept: readonly number[];
    readonly idleBytes: number;
    readonly parts: readonly (readonly [number, number])[];
  },
): OrderProblem {
  const { operators, buffers } = withParts(problemOf(drawn), drawn.parts);
  return {
    idleBytes: drawn.idleBytes,
    buffers: buffers.map((buffer, index) => {
      return drawn.kept.includes(index) ? { ...buffer, toEnd: true } : buffer;
    }),
    operators: operators.map((operator, index) => {
      const scratch = drawn.scratch[index] ?? null;
      if (scratch !== null) return { ...operator, extraBytes: () => scratch };
      const dyingInputs = operator.touches.filter((buffer) => buffer !== index);
      const output = must(buffers[index], "an output").bytes;
      const extraBytes = (dying: number) => {
        const dead = dyingInputs.filter((_, bit) => (dying >>> bit) & 1);
        const bytes = dead.map((buffer) => must(buffers[buffer], "an input").bytes);
        return -Math.min(output, Math.max(0, ...bytes));
      };
      return { ...operator, dyingInputs, extraBytes };
    }),
  };
}

describe("the least order", () => {
  it("needs as little as the best of all permutations, with shared bytes and scratch", () => {
    let better = 0;
    fc.assert(
      fc.property(sketch, (drawn) => {
        const problem = withKernels(drawn);
        const { order, definitionBytes, peakBytes, lowerBoundBytes } = leastOrder(problem);
        const definition = [...problem.operators.keys()];
        expect([...order].sort((a, b) => a - b)).toEqual(definition);
        expect(needOf(problem, order)).toBe(peakBytes);
        expect(needOf(problem, definition)).toBe(definitionBytes);
        expect(peakBytes).toBe(bruteForce(problem));
        expect(lowerBoundBytes).toBe(peakBytes);
        if (peakBytes === definitionBytes) expect(order).toEqual(definition);
        else better += 1;
      }),
      { seed: 11, numRuns: 500 },
    );
    expect(better).toBeGreaterThan(50);
  });

  it("is proven on 100 small worlds of 32 operators, and saves a fifth on average", () => {
    const savings = Array.from({ length: 100 }, (_, seed) => {
      const problem = wiredDag(seed, 32, 0.75);
      const { order, definitionBytes, peakBytes, lowerBoundBytes } = leastOrder(problem);
      expect(largestNeed(problem, order)).toBe(peakBytes);
      expect(lowerBoundBytes).toBe(peakBytes);
      expect(peakBytes).toBeLessThanOrEqual(definitionBytes);
      return 1 - peakBytes / definitionBytes;
    });
    const mean = savings.reduce((sum, saving) => sum + saving, 0) / savings.length;
    expect(mean).toBeGreaterThan(0.18);
    expect(mean).toBeLessThan(0.25);
  });

  it("saves little on rings that are hardly rewired: they are nearly chains", () => {
    const savings = Array.from({ length: 20 }, (_, seed) => {
      const { definitionBytes, peakBytes, lowerBoundBytes } = leastOrder(wiredDag(seed, 32, 0.25));
      expect(lowerBoundBytes).toBe(peakBytes);
      return 1 - peakBytes / definitionBytes;
    });
    expect(Math.max(...savings)).toBeLessThan(0.2);
  });

  it("is proven on most small worlds of 48 operators, and says how far off it may be", () => {
    const found = Array.from({ length: 6 }, (_, seed) => leastOrder(wiredDag(seed, 48, 0.75)));
    const proven = found.filter(({ peakBytes, lowerBoundBytes }) => peakBytes === lowerBoundBytes);
    expect(proven.length).toBeGreaterThanOrEqual(4);
    for (const { peakBytes, definitionBytes, lowerBoundBytes } of found) {
      expect(peakBytes).toBeLessThan(definitionBytes);
      expect(lowerBoundBytes).toBeLessThanOrEqual(peakBytes);
    }
  });

  it("is the same every time, whatever was searched before", () => {
    const first = leastOrder(wiredDag(3, 32, 0.75));
    leastOrder(wiredDag(4, 32, 0.75));
    expect(leastOrder(wiredDag(3, 32, 0.75))).toEqual(first);
  });

  it("refuses an order that breaks a dependency", () => {
    const problem = problemOf({ reads: [[], [0]], bytes: [1, 1], inputBytes: 1 });
    expect(() => stepNeeds(problem, [1, 0])).toThrow("operator 1 is too early");
  });
});

describe("parts", () => {
  const parts = (...reads: number[][]) => {
    const bytes = reads.map(() => 1);
    return partsOf(problemOf({ reads, bytes, inputBytes: 1 }).operators);
  };

  it("are none in a chain, whatever skips it has", () => {
    expect(parts([], [0], [1], [2, 0])).toEqual([]);
  });

  it("lie between operators that everything passes through", () => {
    expect(parts([], [0], [0], [1, 2], [3], [3], [4, 5])).toEqual([
      { from: 1, to: 3 },
      { from: 4, to: 6 },
    ]);
  });

  it("are not cut where a branch ends or begins beside", () => {
    expect(parts([], [], [1])).toEqual([{ from: 0, to: 3 }]);
    expect(parts([], [0], [0])).toEqual([{ from: 1, to: 3 }]);
    expect(parts([], [0], [], [1, 2])).toEqual([{ from: 0, to: 3 }]);
  });
});

/**
 * Offset allocation: valid on random problems, optimal on small ones (exhaustive search is the
 * oracle), at the bound where the bound is reachable, the same every time.
 */
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { must } from "../../toolchain/diagnostics/assert.ts";
import { allocate } from "../../toolchain/plan/allocate/allocate.ts";
import { lowerBound } from "../../toolchain/plan/allocate/bound.ts";
import { allocateGreedily } from "../../toolchain/plan/allocate/greedy.ts";
import type { Placeable } from "../../toolchain/plan/allocate/problem.ts";
import { stackHeight } from "../../toolchain/plan/allocate/stack.ts";
import { type AllowedOverlap, savedBytes } from "../../toolchain/plan/overlaps.ts";

const run = (bytes: number, firstStep: number, lastStep: number, alignment = 1): Placeable => ({
  bytes,
  alignment,
  firstStep,
  lastStep,
});

const problem = (count: number) =>
  fc.array(
    fc
      .tuple(fc.integer({ min: 1, max: 40 }), fc.nat(7), fc.nat(7), fc.constantFrom(1, 4, 8))
      .map(([bytes, a, b, alignment]) => run(bytes, Math.min(a, b), Math.max(a, b), alignment)),
    { minLength: 1, maxLength: count },
  );

const together = (a: Placeable, b: Placeable) =>
  a.firstStep <= b.lastStep && b.firstStep <= a.lastStep;

function bound(runs: readonly Placeable[]): number {
  const live = (step: number) =>
    runs.reduce((sum, r) => (r.firstStep <= step && step <= r.lastStep ? sum + r.bytes : sum), 0);
  return Math.max(...Array.from({ length: 8 }, (_, step) => live(step)));
}

/** Least peak over all orders, each placed lowest fit first: contains an optimal placement. */
function bruteForce(runs: readonly Placeable[]): number {
  let best = Number.POSITIVE_INFINITY;
  const visit = (
    placed: readonly (Placeable & { offset: number })[],
    open: readonly Placeable[],
  ) => {
    if (open.length === 0) best = Math.min(best, ...[Math.max(...placed.map(end))]);
    for (const next of open) {
      let offset = 0;
      while (placed.some((other) => together(next, other) && overlaps(next, offset, other))) {
        offset += next.alignment;
      }
      visit(
        [...placed, { ...next, offset }],
        open.filter((other) => other !== next),
      );
    }
  };
  visit([], runs);
  return best;
}

const end = ({ offset, bytes }: { offset: number; bytes: number }) => offset + bytes;

const overlaps = (a: Placeable, offset: number, b: Placeable & { offset: number }) =>
  offset < b.offset + b.bytes && b.offset < offset + a.bytes;

describe("allocate", () => {
  it("never overlaps runs that are alive together, keeps alignment, reports its peak", () => {
    fc.assert(
      fc.property(problem(12), (runs) => {
        const { offsets, peakBytes } = allocate({ runs });
        const placed = runs.map((item, i) => ({ ...item, offset: must(offsets[i], "offset") }));
        expect(Math.max(...placed.map(end))).toBe(peakBytes);
        expect(peakBytes).toBeGreaterThanOrEqual(bound(runs));
        placed.forEach((a, i) => {
          expect(a.offset % a.alignment).toBe(0);
          for (const b of placed.slice(i + 1)) {
            expect(together(a, b) && overlaps(a, a.offset, b)).toBe(false);
          }
        });
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  it("is optimal on problems small enough to try every order", () => {
    fc.assert(
      fc.property(problem(5), (runs) => {
        expect(allocate({ runs }).peakBytes).toBe(bruteForce(runs));
      }),
      { seed: 2, numRuns: 150 },
    );
  });

  it("says how near it is for nearly all problems of mixed alignments", () => {
    let unproven = 0;
    fc.assert(
      fc.property(problem(12), (runs) => {
        const { peakBytes, lowerBoundBytes, proof } = allocate({ runs });
        if (proof === "none") unproven += 1;
        else expect(lowerBoundBytes).toBe(peakBytes);
      }),
      { seed: 5, numRuns: 300 },
    );
    expect(unproven).toBeLessThan(5);
  });

  it("gives runs without bytes no say: they stay at 0, whatever their alignment", () => {
    const sizes = [1960, 4000, 828, 120, 0];
    const runs = sizes.map((bytes, index) => run(bytes, 0, 1, index < 3 ? 1 : 8));
    const { offsets, ...rest } = allocate({ runs });
    expect(rest).toMatchObject({ peakBytes: 6908, proof: "bound" });
    expect(offsets.at(-1)).toBe(0);
  });

  it("leaves what is fixed where it is", () => {
    const fixed = { ...run(10, 0, 3), offset: 5 };
    const { offsets, peakBytes } = allocateGreedily(
      { runs: [run(5, 1, 1), run(6, 2, 2)], fixed: [fixed] },
      0,
    );
    expect(offsets).toEqual([0, 15]);
    expect(peakBytes).toBe(21);
  });

  it("meets the bound where ties in size mislead a simple greedy (a MobileNet chain)", () => {
    const sizes = [27648, 18432, 18432, 36864, 9216];
    const runs = sizes.map((bytes, index) => run(bytes, index, index + 1));
    expect(allocate({ runs }).peakBytes).toBe(55296);
  });
});

/** A chain of tensors: each overlaps the one before as its pair says. */
const chain = fc.array(
  fc.record({
    bytes: fc.integer({ min: 1, max: 24 }),
    kind: fc.constantFrom("lead", "same", "anywhere", null),
    distanceBytes: fc.nat(6),
  }),
  { minLength: 2, maxLength: 6 },
);

describe("allocate with overlaps", () => {
  it("keeps every pair's distance, shares bytes, never exceeds the placement apart", () => {
    let shared = 0;
    fc.assert(
      fc.property(chain, (links) => {
        const runs = links.map(({ bytes }, index) => run(bytes, index, index + 1));
        const overlaps = links.flatMap(({ kind, distanceBytes }, output) =>
          kind === null || output === 0 ? [] : [{ input: output - 1, output, kind, distanceBytes }],
        );
        const { offsets, peakBytes } = allocate({ runs, overlaps });
        const at = (index: number) => must(offsets[index], "offset");
        for (const [index, { bytes }] of links.entries()) {
          expect(at(index) + bytes).toBeLessThanOrEqual(peakBytes);
          if (index === 0) continue;
          const [below, distance] = [must(links[index - 1], "link"), at(index - 1) - at(index)];
          const apart = distance >= bytes || -distance >= below.bytes;
          const pair = overlaps.find(({ output }) => output === index);
          const allowed = {
            lead: distance >= (pair?.distanceBytes ?? 0),
            same: distance === pair?.distanceBytes,
            anywhere: true,
          };
          expect(apart || (pair !== undefined && allowed[pair.kind])).toBe(true);
          if (!apart) shared += 1;
        }
        expect(peakBytes).toBeLessThanOrEqual(allocate({ runs }).peakBytes);
      }),
      { seed: 3, numRuns: 200 },
    );
    expect(shared).toBeGreaterThan(50);
  });

  it("puts a chain of equal elementwise tensors in one place", () => {
    const runs = [0, 1, 2, 3].map((step) => run(100, step, step + 1));
    const overlaps = [1, 2, 3].map((output) => ({
      ...{ input: output - 1, output, kind: "lead" as const, distanceBytes: 0 },
    }));
    expect(allocate({ runs, overlaps })).toMatchObject({
      ...{ offsets: [0, 0, 0, 0], peakBytes: 100, proof: "bound" },
    });
  });

  it("starts an input as far above its output as the kernel needs", () => {
    const runs = [run(50, 0, 1), run(60, 1, 2)];
    const overlaps = [{ input: 0, output: 1, kind: "lead" as const, distanceBytes: 16 }];
    expect(allocate({ runs, overlaps })).toMatchObject({
      ...{ offsets: [16, 0], peakBytes: 66, proof: "bound" },
    });
  });
});

/** Any pairs of runs may overlap in any way, also more than one pair of a run; some are empty. */
const mixture = fc.array(
  fc.record({
    bytes: fc.nat(5),
    alignment: fc.constantFrom(1, 1, 1, 2, 4),
    steps: fc.tuple(fc.nat(3), fc.nat(3)),
    pairs: fc.array(
      fc.record({
        other: fc.nat(4),
        kind: fc.constantFrom("lead", "same", "anywhere"),
        distanceBytes: fc.integer({ min: -4, max: 5 }),
      }),
      { maxLength: 2 },
    ),
  }),
  { minLength: 2, maxLength: 5 },
);

function problemOf(items: typeof mixture extends fc.Arbitrary<infer T> ? T : never) {
  const runs = items.map(({ bytes, alignment, steps: [a, b] }) =>
    run(bytes, Math.min(a, b), Math.max(a, b), alignment),
  );
  const seen = new Set<string>();
  const overlaps = items.flatMap(({ pairs }, output): AllowedOverlap[] =>
    pairs.flatMap(({ other, kind, distanceBytes }) => {
      const input = other % items.length;
      const key = [input, output].sort().join();
      if (input === output || seen.has(key)) return [];
      seen.add(key);
      return [{ input, output, kind, distanceBytes: kind === "anywhere" ? 0 : distanceBytes }];
    }),
  );
  return { runs, overlaps };
}

function mayLie({ runs, overlaps }: ReturnType<typeof problemOf>, offsets: readonly number[]) {
  const index = offsets.length - 1;
  const at = (other: number) => must(offsets[other], "offset");
  return offsets.slice(0, -1).every((_, other) => {
    const [a, b] = [must(runs[other], "run"), must(runs[index], "run")];
    const isApart = at(other) + a.bytes <= at(index) || at(index) + b.bytes <= at(other);
    if (!together(a, b) || isApart) return true;
    const pair = overlaps.find(({ input, output }) =>
      [input, output].every((end) => end === other || end === index),
    );
    if (pair === undefined) return false;
    const distance = at(pair.input) - at(pair.output);
    const holds = { lead: distance >= pair.distanceBytes, same: distance === pair.distanceBytes };
    return { ...holds, anywhere: true }[pair.kind];
  });
}

/** Tries every address of every run. */
function leastPeak(problem: ReturnType<typeof problemOf>): number {
  const { runs } = problem;
  const fits = (capacity: number, offsets: readonly number[]): boolean => {
    const next = runs[offsets.length];
    if (next === undefined) return true;
    for (let offset = 0; offset + next.bytes <= capacity; offset += next.alignment) {
      const longer = [...offsets, offset];
      if (mayLie(problem, longer) && fits(capacity, longer)) return true;
    }
    return false;
  };
  let capacity = 0;
  while (!fits(capacity, [])) capacity += 1;
  return capacity;
}

describe("allocate with overlaps of every kind", () => {
  it("is what trying every address finds, and says so", () => {
    const proofs = { bound: 0, exhausted: 0, none: 0 };
    fc.assert(
      fc.property(mixture, (items) => {
        const asked = problemOf(items);
        const { offsets, peakBytes, proof, lowerBoundBytes } = allocate(asked);
        offsets.forEach((_, index) => {
          expect(mayLie(asked, offsets.slice(0, index + 1))).toBe(true);
          expect(must(offsets[index], "offset") % must(asked.runs[index], "run").alignment).toBe(0);
        });
        const least = leastPeak(asked);
        expect(lowerBound(asked).bytes).toBeLessThanOrEqual(lowerBoundBytes);
        expect(lowerBoundBytes).toBeLessThanOrEqual(least);
        expect(peakBytes).toBeGreaterThanOrEqual(least);
        if (proof !== "none") expect([peakBytes, lowerBoundBytes]).toEqual([least, least]);
        proofs[proof] += 1;
      }),
      { seed: 4, numRuns: 2000 },
    );
    expect(proofs.bound).toBeGreaterThan(1000);
    expect(proofs.exhausted).toBeGreaterThan(100);
    expect(proofs.none).toBeLessThan(20);
  });
});

/** Runs of one step only, of any alignments: what a stack needs. */
const crowd = fc.array(fc.record({ bytes: fc.nat(7), alignment: fc.constantFrom(1, 2, 4, 8) }), {
  minLength: 1,
  maxLength: 5,
});

describe("the least height of a stack", () => {
  it("is what trying every address finds, where no pair may share bytes", () => {
    let padded = 0;
    fc.assert(
      fc.property(crowd, (items) => {
        const runs = items.map(({ bytes, alignment }) => run(bytes, 0, 0, alignment));
        const height = stackHeight(runs, []);
        expect(height).toBe(leastPeak({ runs, overlaps: [] }));
        if (height > runs.reduce((sum, { bytes }) => sum + bytes, 0)) padded += 1;
      }),
      { seed: 6, numRuns: 400 },
    );
    expect(padded).toBeGreaterThan(50);
  });

  it("is never above that where pairs of every kind may, and no less than their sum", () => {
    const found = { tight: 0, padded: 0 };
    fc.assert(
      fc.property(mixture, (items) => {
        const { runs, overlaps } = problemOf(items.map((item) => ({ ...item, steps: [0, 0] })));
        const [height, least] = [stackHeight(runs, overlaps), leastPeak({ runs, overlaps })];
        const sum = runs.reduce((bytes, item) => bytes + item.bytes, -savedBytes(runs, overlaps));
        expect(height).toBeLessThanOrEqual(least);
        expect(height).toBeGreaterThanOrEqual(sum);
        if (height === least) found.tight += 1;
        if (height > sum) found.padded += 1;
      }),
      { seed: 7, numRuns: 2000 },
    );
    expect(found.tight).toBeGreaterThan(1000);
    expect(found.padded).toBeGreaterThan(30);
  });
});

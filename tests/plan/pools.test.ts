/** Two pools: the best set for fast RAM, and plans whose addresses keep to it. */
import { describe, expect, it } from "vitest";
import { v8Runner } from "../../toolchain/cli/runners.ts";
import { must } from "../../toolchain/diagnostics/assert.ts";
import { buildArtifact } from "../../toolchain/pack/artifact.ts";
import { rewrite } from "../../toolchain/passes/pipeline.ts";
import type { Placeable } from "../../toolchain/plan/allocate/problem.ts";
import { arrange } from "../../toolchain/plan/arrangement.ts";
import { makePlan, type PlanOptions } from "../../toolchain/plan/plan.ts";
import { accessesOf } from "../../toolchain/plan/pools/accesses.ts";
import { fastSet, type PoolProblem } from "../../toolchain/plan/pools/fast-set.ts";
import type { Plan } from "../../toolchain/plan/types.ts";
import { liveOf } from "../../toolchain/report/live.ts";
import { timelineSvg } from "../../toolchain/report/timeline.ts";
import { formatBytes, poolWords } from "../../toolchain/report/words.ts";
import { between, type Random, xorshift32 } from "../ops/random.ts";
import { problemsOf } from "./certificate-checker.mjs";
import { mobileNetV1 } from "./mobilenets.ts";

const STEPS = 6;

function randomProblem(random: Random, count: number): PoolProblem {
  const runs = Array.from({ length: count }, (): Placeable => {
    const firstStep = between(random, 0, STEPS - 1);
    const lastStep = Math.min(STEPS - 1, firstStep + between(random, 0, 2));
    return { bytes: between(random, 1, 20), alignment: 1, firstStep, lastStep };
  });
  return { runs, overlaps: [], accesses: runs.map(() => between(random, 0, 50)) };
}

const bitsOf = (set: number, count: number): number[] =>
  Array.from({ length: count }, (_, run) => run).filter((run) => (set >> run) & 1);

const served = ({ accesses }: PoolProblem, members: readonly number[]): number =>
  members.reduce((sum, run) => sum + must(accesses[run], "accesses"), 0);

function fits({ runs }: PoolProblem, members: readonly number[], capacity: number): boolean {
  const steps = Array.from({ length: STEPS }, (_, step) => step);
  return steps.every((step) => {
    const alive = members
      .map((run) => must(runs[run], "a run"))
      .filter((run) => {
        return run.firstStep <= step && step <= run.lastStep;
      });
    return alive.reduce((sum, { bytes }) => sum + bytes, 0) <= capacity;
  });
}

describe("the set for fast RAM", () => {
  it("is the best of all sets", () => {
    const random = xorshift32(11);
    for (let round = 0; round < 60; round++) {
      const count = between(random, 1, 9);
      const capacity = between(random, 0, 40);
      const problem = randomProblem(random, count);
      const sets = Array.from({ length: 1 << count }, (_, set) => bitsOf(set, count));
      const fitting = sets.filter((members) => fits(problem, members, capacity));
      const most = Math.max(...fitting.map((members) => served(problem, members)));
      const found = fastSet(problem, capacity);
      expect(found).toMatchObject({ accesses: most, boundAccesses: most });
      expect(served(problem, found.members)).toBe(most);
      expect(fits(problem, found.members, capacity)).toBe(true);
    }
  });

  it("may hold an output on its dying input", () => {
    const run = { bytes: 10, alignment: 1 };
    const runs = [
      { ...run, firstStep: 0, lastStep: 1 },
      { ...run, firstStep: 1, lastStep: 2 },
    ];
    const pair = { input: 0, output: 1, kind: "same", distanceBytes: 0 } as const;
    const accesses = [3, 4];
    expect(fastSet({ runs, accesses, overlaps: [] }, 10).members).toEqual([1]);
    expect(fastSet({ runs, accesses, overlaps: [pair] }, 10).members).toEqual([0, 1]);
  });

  it("says how far it can be off where too many runs are alive together", () => {
    const random = xorshift32(5);
    const runs = Array.from({ length: 24 }, () => {
      return { bytes: between(random, 5, 40), alignment: 1, firstStep: 0, lastStep: 0 };
    });
    const problem = { runs, overlaps: [], accesses: runs.map(() => between(random, 1, 99)) };
    const found = fastSet(problem, 200);
    expect(found.boundAccesses).toBeGreaterThan(found.accesses);
    const densest = [...runs.keys()].sort((a, b) => density(problem, b) - density(problem, a));
    let left = 200;
    const greedy = densest.filter((run) => {
      const { bytes } = must(runs[run], "a run");
      if (bytes > left) return false;
      left -= bytes;
      return true;
    });
    expect(found.boundAccesses).toBeGreaterThanOrEqual(served(problem, greedy));
  });

  it("serves no less with more fast RAM", () => {
    const random = xorshift32(23);
    for (let round = 0; round < 20; round++) {
      const problem = randomProblem(random, 12);
      const counts = [5, 10, 20, 40, 80].map((capacity) => fastSet(problem, capacity));
      const proven = counts.filter(({ accesses, boundAccesses }) => accesses === boundAccesses);
      expect(proven).toHaveLength(counts.length);
      const rising = proven.map(({ accesses }) => accesses);
      expect(rising).toEqual([...rising].sort((a, b) => a - b));
    }
  });
});

const density = ({ runs, accesses }: PoolProblem, run: number): number =>
  must(accesses[run], "accesses") / must(runs[run], "a run").bytes;

describe("MobileNetV1 with little fast RAM", () => {
  const graph = rewrite(mobileNetV1(), { rounding: "tflite" });
  const planned = (more: PlanOptions) => makePlan(graph, { runsInPlace: true, ...more });
  const onePool = planned({});

  it("is one pool where all of it fits", () => {
    const roomy = planned({ fastRamBytes: onePool.peakBytes });
    expect(roomy.pools).toBeUndefined();
    expect(roomy.buffers).toEqual(onePool.buffers);
    const tight = planned({ fastRamBytes: onePool.peakBytes - 1 });
    expect(tight.pools).toBeDefined();
  });

  it("leaves fast RAM to the code of a runtime that translates", () => {
    const { peakBytes: most, codeWords } = planned({ runsInPlace: false });
    const fastRamBytes = most + codeWords * 4;
    expect(planned({ runsInPlace: false, fastRamBytes }).pools).toBeUndefined();
    const less = planned({ runsInPlace: false, fastRamBytes: fastRamBytes - 1 });
    expect(less.pools).toBeDefined();
  });

  it.each([16_384, 24_576])(
    "keeps to %i B, which serve more than its addresses in one pool",
    (bytes) => {
      const plan = planned({ fastRamBytes: bytes });
      const [fast, slow] = poolsOf(plan);
      expect(fast.bytes).toBeLessThanOrEqual(bytes);
      expect(slow.offset).toBe(fast.bytes);
      expect(fast.bytes + slow.bytes).toBe(plan.peakBytes);
      for (const { offset, bytes: length } of [...plan.buffers, ...plan.scratch]) {
        expect(offset >= slow.offset || offset + length <= slow.offset).toBe(true);
      }
      expect(problemsOf(plan.certificate)).toEqual([]);
      expect(plan.proven).toBe(false);
      expect(fast.accesses).toBeGreaterThan(servedBelow(onePool, bytes));
      expect(fast.accesses).toBeLessThanOrEqual(must(plan.pools, "pools").fastAccessesBound);
    },
  );

  it("serves more the more fast RAM there is", () => {
    const counts = [4_096, 16_384, 24_576, 32_768].map((fastRamBytes) => {
      const [fast] = poolsOf(planned({ fastRamBytes }));
      return fast.accesses;
    });
    expect(counts).toEqual([...counts].sort((a, b) => a - b));
  });

  it("divides windows and sums of segments too", () => {
    const plan = planned({ latencyBudget: 3, inputByRows: true, fastRamBytes: 4_096 });
    const [fast, slow] = poolsOf(plan);
    const pools = (parts: Plan["buffers"]) =>
      new Set(parts.filter(({ window }) => window).map(({ offset }) => offset < slow.offset));
    expect(fast.bytes).toBeLessThanOrEqual(4_096);
    expect(pools(plan.buffers)).toEqual(new Set([true, false]));
    expect(problemsOf(plan.certificate)).toEqual([]);
  });

  it("keeps one pool where two would break the budget", () => {
    const ramBudgetBytes = onePool.peakBytes;
    const plan = planned({ ramBudgetBytes, fastRamBytes: 16_384 });
    expect(plan.peakBytes).toBeLessThanOrEqual(ramBudgetBytes);
  });

  it("says in text and drawing what its fast RAM is for", () => {
    const plan = planned({ fastRamBytes: 16_384 });
    const [fast, slow] = poolsOf(plan).map(({ bytes }) => formatBytes(bytes));
    const words = poolWords(must(plan.pools, "pools"));
    expect(words).toMatch(/^serves [\d.]+ % of accesses \((proven best|at most [\d.]+ %)\); /);
    expect(words).toContain(`${fast} fast, ${slow} slow`);
    expect(timelineSvg(plan, liveOf(plan)).markup).toContain(`fast RAM, ${fast}`);
    expect(timelineSvg(onePool, liveOf(onePool)).markup).not.toContain("fast RAM");
  });

  it("gives the same results at its addresses", async () => {
    const expected = await outputOf(onePool);
    expect(await outputOf(planned({ fastRamBytes: 16_384 }))).toEqual(expected);
  });
});

function poolsOf({ pools }: Plan) {
  const [fast, slow] = must(pools, "pools").pools;
  return [must(fast, "the fast pool"), must(slow, "the slow pool")] as const;
}

/** What fast RAM serves where it only takes the lowest addresses of one pool. */
function servedBelow({ graph, steps, certificate }: Plan, capacity: number): number {
  const { runs, overlaps } = certificate;
  const forms = steps.map(({ form }) => form);
  const options = { rounding: "tflite", nestedOperatorsMax: Number.POSITIVE_INFINITY } as const;
  const accesses = accessesOf(arrange(graph, options), forms);
  const below = runs.flatMap(({ offset, bytes }, run) => (offset + bytes <= capacity ? [run] : []));
  return served({ runs, overlaps, accesses }, below);
}

async function outputOf(plan: Plan): Promise<Uint8Array> {
  const random = xorshift32(3);
  const image = Uint8Array.from({ length: 96 * 96 * 3 }, () => between(random, 0, 255));
  return v8Runner(await buildArtifact(plan)).run(image);
}

/**
 * The leanest choice: least linear memory plus translated code, each function counted once, within
 * limits of time and memory. An exhaustive search over all combinations is the oracle.
 */
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { must } from "../../toolchain/diagnostics/assert.ts";
import type { KernelForm } from "../../toolchain/ops/op.ts";
import {
  type Choice,
  choiceOf,
  optionsOf,
  paretoChoices,
  type StepChoices,
} from "../../toolchain/plan/choose-forms.ts";
import { deviceBytes, leanest } from "../../toolchain/plan/leanest.ts";

interface Sketch {
  readonly kernel: number;
  readonly scratch: number;
  readonly instructions: number;
}

/** Words of each kernel's code; forms of one kernel share it. */
const words = [300, 120, 40, 500];

const form = ({ kernel, scratch, instructions }: Sketch): KernelForm => ({
  name: `kernel-${kernel}`,
  source: "kernel",
  entry: "kernel",
  constants: { KERNEL: kernel },
  scratch: [{ name: "scratch", bytes: scratch, alignment: 1 }],
  weights: new Uint8Array(0),
  cost: { instructions, weightBytesRead: 0, codeWords: words[kernel] ?? 0 },
});

const sketch = fc.record({
  kernel: fc.nat(3),
  scratch: fc.integer({ min: 0, max: 900 }),
  instructions: fc.integer({ min: 10, max: 100 }),
});

const step = fc.record({
  liveBytes: fc.integer({ min: 0, max: 2000 }),
  forms: fc.array(sketch.map(form), { minLength: 1, maxLength: 3 }),
});

/** Every selection of one form a step. */
const combinations = (steps: readonly StepChoices[]): Choice[] =>
  optionsOf(steps)
    .reduce<ReturnType<typeof optionsOf>>(
      (all, offered) => all.flatMap((chosen) => offered.map((next) => [...chosen, next])),
      [[]],
    )
    .map(choiceOf);

const fastest = (steps: readonly StepChoices[]): Choice =>
  must(paretoChoices(steps).at(-1), "the fastest choice");

const names = ({ forms }: Choice) => forms.map((form) => form?.name);

describe("paretoChoices", () => {
  it("has the fastest choice of every budget, and nothing that another beats", () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 5 }), (steps) => {
        const front = paretoChoices(steps);
        const all = combinations(steps);
        for (const { boundBytes, instructions } of front) {
          const within = all.filter((choice) => choice.boundBytes <= boundBytes);
          expect(instructions).toBe(Math.min(...within.map((choice) => choice.instructions)));
        }
        for (const [index, { boundBytes, instructions }] of front.slice(1).entries()) {
          expect(boundBytes).toBeGreaterThan(front[index]?.boundBytes ?? 0);
          expect(instructions).toBeLessThan(front[index]?.instructions ?? 0);
        }
        const least = Math.min(...all.map((choice) => choice.boundBytes));
        expect(front[0]?.boundBytes).toBe(least);
      }),
      { seed: 6, numRuns: 300 },
    );
  });
});

describe("leanest", () => {
  it("keeps its limits and is close to the best combination, which it usually finds", () => {
    let exact = 0;
    let total = 0;
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 5 }), (steps) => {
        const start = fastest(steps);
        const instructionsMax = start.instructions * 1.3;
        const boundBytesMax = start.boundBytes;
        const choice = leanest(steps, start, { instructionsMax, boundBytesMax });
        expect(choice.instructions).toBeLessThanOrEqual(instructionsMax);
        expect(choice.boundBytes).toBeLessThanOrEqual(boundBytesMax);
        const allowed = combinations(steps).filter(
          (other) => other.instructions <= instructionsMax && other.boundBytes <= boundBytesMax,
        );
        const best = Math.min(...allowed.map(deviceBytes));
        expect(deviceBytes(choice)).toBeGreaterThanOrEqual(best);
        expect(deviceBytes(choice)).toBeLessThanOrEqual(best * 1.5 + 400);
        exact += Number(deviceBytes(choice) === best);
        total += 1;
      }),
      { seed: 5, numRuns: 300 },
    );
    expect(exact / total).toBeGreaterThan(0.9);
  });

  it("moves steps to one function together when only together they pay", () => {
    const own = (kernel: number) => form({ kernel, scratch: 0, instructions: 10 });
    const shared = form({ kernel: 3, scratch: 0, instructions: 11 });
    const steps = [0, 1].map((kernel) => ({ liveBytes: 100, forms: [own(kernel), shared] }));
    const limits = { instructionsMax: 100 };
    // Two functions of 300 and 120 words against one of 500: apart is less.
    expect(names(leanest(steps, fastest(steps), limits))).toEqual(["kernel-0", "kernel-1"]);
    const wide = [...steps, ...steps, { liveBytes: 0, forms: [shared] }];
    expect(leanest(wide, fastest(wide), limits).forms.every((f) => f === shared)).toBe(true);
  });

  it("reads no more weights than allowed", () => {
    const quick = form({ kernel: 3, scratch: 0, instructions: 10 });
    const lean = form({ kernel: 2, scratch: 0, instructions: 10 });
    const reading = { ...lean, cost: { ...lean.cost, weightBytesRead: 50 } };
    const steps = [{ liveBytes: 10, forms: [quick, reading] }];
    const start = choiceOf([{ form: quick, bytes: 10 }]);
    const found = (weightBytesReadMax: number) =>
      names(leanest(steps, start, { instructionsMax: 10, weightBytesReadMax }));
    expect(found(50)).toEqual(["kernel-2"]);
    expect(found(49)).toEqual(["kernel-3"]);
  });
});

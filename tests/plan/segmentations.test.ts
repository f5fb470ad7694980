/** Cuts into pieces: the least bound and the fastest cut within a budget, against all cuts. */
import { describe, expect, it } from "vitest";
import {
  leastBudget,
  type Piece,
  segmentations,
} from "../../toolchain/plan/segments/segmentations.ts";
import { between, fraction, type Random, xorshift32 } from "../ops/random.ts";

/** Single steps, and some longer pieces that need less and take longer. */
function randomPieces(random: Random, steps: number): Piece[] {
  const pieces: Piece[] = [];
  for (let firstStep = 0; firstStep < steps; firstStep++) {
    for (let lastStep = firstStep; lastStep < steps; lastStep++) {
      if (lastStep > firstStep && fraction(random) < 0.5) continue;
      let [boundBytes, instructions] = [between(random, 10, 200), between(random, 50, 900)];
      const front = Array.from({ length: between(random, 1, 3) }, () => {
        boundBytes += between(random, 1, 60);
        instructions -= between(random, 1, 15);
        return { boundBytes, instructions };
      });
      pieces.push({ firstStep, lastStep, front });
    }
  }
  return pieces;
}

/** All ways to lay pieces end to end. */
function cuts(pieces: readonly Piece[], steps: number, from = 0): Piece[][] {
  if (from === steps) return [[]];
  return pieces
    .filter(({ firstStep }) => firstStep === from)
    .flatMap((piece) => cuts(pieces, steps, piece.lastStep + 1).map((rest) => [piece, ...rest]));
}

const leastOf = (cut: readonly Piece[]) =>
  Math.max(...cut.map(({ front }) => front[0]?.boundBytes ?? 0));

const timeWithin = (cut: readonly Piece[], budget: number) =>
  cut.reduce((sum, { front }) => {
    const fitting = front.filter(({ boundBytes }) => boundBytes <= budget);
    return sum + Math.min(...fitting.map(({ instructions }) => instructions));
  }, 0);

const cases = Array.from({ length: 60 }, (_, seed) => {
  const random = xorshift32(seed + 1);
  const steps = between(random, 1, 7);
  return { steps, pieces: randomPieces(random, steps) };
});

describe("segmentations", () => {
  it("begin with the least need of all cuts, as fast as that allows", () => {
    for (const { steps, pieces } of cases) {
      const all = cuts(pieces, steps);
      const least = Math.min(...all.map(leastOf));
      const first = segmentations(steps, pieces, 24)[0];
      expect(leastBudget(steps, pieces)).toBe(least);
      expect(first?.leastBytes).toBe(least);
      const fastest = Math.min(...all.map((cut) => timeWithin(cut, least)));
      expect(timeWithin(first?.pieces ?? [], least)).toBe(fastest);
    }
  });

  it("hold the fastest cut of all, distinct ones in the order of their needs", () => {
    for (const { steps, pieces } of cases) {
      const found = segmentations(steps, pieces, 24);
      const free = Number.POSITIVE_INFINITY;
      const fastest = Math.min(...cuts(pieces, steps).map((cut) => timeWithin(cut, free)));
      const times = found.map((cut) => timeWithin(cut.pieces, free));
      expect(Math.min(...times)).toBe(fastest);
      const needs = found.map(({ leastBytes }) => leastBytes);
      expect(needs).toEqual([...needs].sort((a, b) => a - b));
      const keys = found.map((cut) => cut.pieces.map((piece) => pieces.indexOf(piece)).join());
      expect(new Set(keys).size).toBe(keys.length);
    }
  });

  it("are at most so many, the leanest among them", () => {
    for (const { steps, pieces } of cases) {
      const [some, all] = [segmentations(steps, pieces, 2), segmentations(steps, pieces, 48)];
      expect(some.length).toBe(Math.min(2, all.length));
      expect(some[0]).toEqual(all[0]);
    }
  });

  it("are none when the pieces leave a gap", () => {
    const front = [{ boundBytes: 1, instructions: 1 }];
    expect(segmentations(2, [{ firstStep: 1, lastStep: 1, front }], 24)).toEqual([]);
  });
});

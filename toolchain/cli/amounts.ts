/**
 * Amounts as people write them on a command line. What is none of the kind it should be is
 * commander's InvalidArgumentError, which says what it should look like.
 */
import { InvalidArgumentError } from "commander";
import type { WeightReads } from "../plan/goals.ts";

const multiples: Readonly<Record<string, number>> = { "": 1, K: 1024, M: 1024 * 1024 };

/** A byte count as people write it: 49152, 48K, 2M. */
function parseByteCount(text: string): number {
  const [, digits = "", suffix = ""] = text.match(/^(\d+)([KM]?)$/i) ?? [];
  const count = Number(digits) * (multiples[suffix.toUpperCase()] ?? 0);
  if (digits === "" || !Number.isSafeInteger(count) || count === 0) {
    throw new InvalidArgumentError("It must be a byte count such as 49152, 48K or 2M");
  }
  return count;
}

/** A number of things, from 1. */
function parseCount(text: string): number {
  const count = Number(text);
  if (Number.isSafeInteger(count) && count > 0 && /^\d+$/.test(text)) return count;
  throw new InvalidArgumentError("It must be a whole number from 1");
}

/** Height and width, as 96x96. */
function parseSize(text: string): readonly [number, number] {
  const [, height, width] = text.match(/^(\d+)x(\d+)$/i) ?? [];
  const size = [Number(height), Number(width)] as const;
  if (size.every((extent) => Number.isSafeInteger(extent) && extent > 0)) return size;
  throw new InvalidArgumentError("It must be a height and a width such as 96x96");
}

/** How many times longer something may take: 1.1, or 10% more. */
function parseSlowdown(text: string): number {
  const [, number = "", percent = ""] = text.match(/^(\d+(?:\.\d+)?)(%?)$/) ?? [];
  const ratio = percent === "" ? Number(number) : 1 + Number(number) / 100;
  if (number !== "" && Number.isFinite(ratio) && ratio >= 1) return ratio;
  throw new InvalidArgumentError("It must be a ratio from 1 such as 1.1, or a percentage: 10%");
}

/** A byte count, or how often all weights are read: 2x. Stays text, as suggestions repeat it. */
function parseWeightReads(text: string): string {
  weightReadsOf(text);
  return text;
}

export function weightReadsOf(text: string): WeightReads {
  const [, times] = text.match(/^(\d+(?:\.\d+)?)x$/i) ?? [];
  if (times === undefined) return { unit: "bytes", count: parseByteCount(text) };
  if (Number(times) >= 1) return { unit: "weights", count: Number(times) };
  throw new InvalidArgumentError("It must be a byte count such as 64K, or from 1x such as 2x");
}

/** For each kind of option, what makes its value of the text. */
export const parsers = {
  "byte count": parseByteCount,
  count: parseCount,
  size: parseSize,
  slowdown: parseSlowdown,
  "weight reads": parseWeightReads,
} as const;

export type AmountKind = keyof typeof parsers;

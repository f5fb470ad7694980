/**
 * Figures in words, the same in the terminal and in the report. Byte counts are always exact
 * (83,968 B), never rounded to KB: they are what a plan promises.
 */
import type { Plan, Pools } from "../plan/types.ts";

export function formatCount(count: number): string {
  return Math.round(count)
    .toString()
    .replace(/\B(?=(\d{3})+$)/g, ",");
}

export function formatBytes(count: number): string {
  return `${formatCount(count)} B`;
}

/** Two digits are all that a prediction deserves: 0.24 ms, 12 ms, 1.4 s. */
export function formatSeconds(seconds: number): string {
  const [value, unit] = seconds < 1 ? [seconds * 1000, "ms"] : [seconds, "s"];
  return `${Number(value.toPrecision(2))} ${unit}`;
}

/** What is known of the least peak that addresses can give, and why. */
export function proofWords({ certificate: { least }, peakBytes }: Plan): string {
  const proven = "proven minimal for these kernel forms";
  if (least.kind === "search") return `${proven}: all placements searched`;
  if (least.kind !== "gap") return `${proven}: step ${least.step} needs as much`;
  const { lowerBoundBytes } = least;
  const gap = formatBytes(peakBytes - lowerBoundBytes);
  return `lower bound ${formatBytes(lowerBoundBytes)}, gap ${gap}`;
}

/** What a plan's fast RAM is for. */
export function poolWords({ pools, fastAccessesBound }: Pools): string {
  const all = pools.reduce((sum, { accesses }) => sum + accesses, 0);
  const share = (accesses: number) => `${((100 * accesses) / Math.max(1, all)).toFixed(1)} %`;
  const fast = pools.reduce((sum, pool) => sum + (pool.name === "fast" ? pool.accesses : 0), 0);
  const most = `at most ${share(fastAccessesBound)}`;
  const proof = fast === fastAccessesBound ? "proven best" : most;
  const sizes = pools.map(({ name, bytes }) => `${formatBytes(bytes)} ${name}`).join(", ");
  return `serves ${share(fast)} of accesses (${proof}); ${sizes}`;
}

/** How good the order of the steps is. */
export function orderWords({ order }: Plan): string {
  const { definitionBytes, plannedBytes, lowerBoundBytes, proven } = order;
  const saved = definitionBytes - plannedBytes;
  const change = saved > 0 ? `${formatBytes(saved)} below the file's order` : "as in the file";
  const gap = `gap at most ${formatBytes(plannedBytes - lowerBoundBytes)}`;
  return `${change}, ${proven ? "proven the best" : gap}`;
}

/** Which steps stream: "0 to 3, 5 to 9"; empty when none does. */
export const stepRanges = (segments: readonly (readonly [number, number])[]): string =>
  segments.map(([first, last]) => (first === last ? `${first}` : `${first} to ${last}`)).join(", ");

export const streamedSteps = ({ segments }: Plan): string =>
  stepRanges(segments.map(({ firstStep, lastStep }) => [firstStep, lastStep]));

/**
 * Three int8 weights in one i64: the arithmetic that packed kernels rely on, checked with the real
 * weights at build time.
 *
 * Lane j of an accumulator holds 2^20 + sum of x * w[j] in 21 bits, which is exact while 128 *
 * sum|w| < 2^20; taps are split over as many accumulators as that needs. A group's part of the
 * weights section is its triples of int8, tap by tap, then the requantisation words of its three
 * channels as i64. The last group starts at channels - 3 and overlaps its neighbour.
 */
import { must } from "../../diagnostics/assert.ts";
import {
  type ChannelArithmetic,
  type FoldedStep,
  type FoldedTwoSteps,
  foldToOneStep,
  foldToTwoSteps,
} from "../../numeric/folded.ts";
import { activationRange } from "./activation.ts";
import { filterAt } from "./channel-records.ts";
import { channelMultipliers } from "./channel-requantization.ts";
import type { LinearLayer } from "./linear-layer.ts";
import { quantizationOf } from "./operands.ts";
import { WeightsWriter } from "./weights-writer.ts";

export const LANES = 3;
const LANE_START = 2 ** 20;
/** The greatest magnitude of an int8 input. */
const INPUT_MAX = 128;

/** How a layer's sums become outputs. */
export interface FoldedLayer {
  readonly twoSteps: boolean;
  /** Requantisation of each channel. */
  readonly folded: readonly (FoldedStep | FoldedTwoSteps)[];
}

export interface PackedLayer extends FoldedLayer {
  /** Weights of each output channel, in the order that the kernel walks its taps. */
  readonly filters: readonly (readonly number[])[];
  readonly taps: number;
  /** Accumulators a pixel, and the taps that each sums. */
  readonly parts: number;
  readonly partTaps: number;
}

/**
 * Splits and folds a layer; null when it cannot be packed. Parts are whole multiples of
 * `granularity` taps, 1 when left out.
 */
export type Packer = (granularity?: number) => PackedLayer | null;

/** The packer of a layer with the weights [channels, taps]: forms ask it for several chunks. */
export function packer(layer: LinearLayer, channels: number, taps: number): Packer {
  if (layer.input.dtype !== "int8" || channels < LANES) return () => null;
  const filters = Array.from({ length: channels }, (_, channel) =>
    filterAt(layer, channel * taps, 1, taps),
  );
  const known = new Map<number, FoldedLayer | null>();
  const fold = (parts: number) => {
    const folded = known.get(parts) ?? foldLayer(layer, filters, { start: parts * LANE_START });
    known.set(parts, folded);
    return folded;
  };
  return (granularity = 1) => {
    const partTaps = largestPart(filters, taps, granularity);
    if (partTaps === null) return null;
    const parts = Math.ceil(taps / partTaps);
    const folded = fold(parts);
    return folded === null ? null : { filters, taps, parts, partTaps, ...folded };
  };
}

/** What a kernel's sums hold beside the products. */
export interface SumOffsets {
  /** Value of a sum without products. */
  readonly start: number;
  /** What the kernel adds to every input, those outside the image included. */
  readonly input?: number;
}

/** Folds the requantisation of a kernel's sums; null when it needs more than 64 bits. */
export function foldLayer(
  layer: LinearLayer,
  filters: readonly (readonly number[])[],
  offsets: SumOffsets,
): FoldedLayer | null {
  const arithmetic = channelArithmetic(layer, filters, offsets);
  const once = arithmetic.map((channel) => foldToOneStep(channel, layer.rounding));
  if (complete(once)) return { twoSteps: false, folded: once };
  if (layer.rounding === "tflite") return null;
  const twice = arithmetic.map(foldToTwoSteps);
  return complete(twice) ? { twoSteps: true, folded: twice } : null;
}

function complete<T>(items: readonly (T | null)[]): items is readonly T[] {
  return items.every((item) => item !== null);
}

/** Most taps an accumulator may sum, for the fewest parts in which every filter is exact. */
function largestPart(
  filters: readonly (readonly number[])[],
  taps: number,
  granularity: number,
): number | null {
  const pieces = Math.ceil(taps / granularity);
  for (let parts = 1; parts <= pieces; parts++) {
    const partTaps = Math.ceil(pieces / parts) * granularity;
    if (filters.every((filter) => lanesHold(filter, partTaps))) return partTaps;
  }
  return null;
}

function lanesHold(filter: readonly number[], partTaps: number): boolean {
  for (let start = 0; start < filter.length; start += partTaps) {
    const part = filter.slice(start, start + partTaps);
    if (absoluteSum(part) * INPUT_MAX >= LANE_START) return false;
  }
  return true;
}

const absoluteSum = (weights: readonly number[]): number =>
  weights.reduce((sum, weight) => sum + Math.abs(weight), 0);

function channelArithmetic(
  layer: LinearLayer,
  filters: readonly (readonly number[])[],
  { start, input = 0 }: SumOffsets,
): ChannelArithmetic[] {
  const multipliers = channelMultipliers(layer, filters.length);
  const { min: outputMin, max: outputMax } = activationRange(layer.activation, layer.output);
  const inputZero = quantizationOf(layer.input).zeroPoint;
  const outputZero = quantizationOf(layer.output).zeroPoint;
  return filters.map((filter, channel) => {
    const bias = Number(layer.bias?.data[channel] ?? 0);
    const weightSum = filter.reduce((sum, weight) => sum + weight, 0);
    const reach = absoluteSum(filter) * INPUT_MAX;
    const middle = start + input * weightSum;
    return {
      multiplier: must(multipliers[channel], "channel multiplier"),
      offset: bias - inputZero * weightSum - middle,
      sumMin: middle - reach,
      sumMax: middle + reach,
      outputZero,
      outputMin,
      outputMax,
    };
  });
}

/** The channels of each group of three; the last group overlaps its neighbour. */
export function channelTriples(channels: number): number[][] {
  return Array.from({ length: Math.ceil(channels / LANES) }, (_, group) => {
    const first = Math.min(group * LANES, channels - LANES);
    return [first, first + 1, first + 2];
  });
}

/** The i64 words that finish these channels, in the kernels' order. */
export function requantizeWords(layer: FoldedLayer, channels: readonly number[]): bigint[] {
  return channels.flatMap((channel) => {
    const step = must(layer.folded[channel], "a folded channel");
    const words = [step.scale, step.constant, step.shift];
    return "half" in step ? [...words, step.half, step.sign] : words;
  });
}

/** A convolution's part of the weights section: for each group its triples, then its words. */
export function packGroups(packed: PackedLayer): Uint8Array {
  const writer = new WeightsWriter();
  for (const channels of channelTriples(packed.filters.length)) {
    writer.bytes(packTriples(packed, channels, 0, packed.taps));
    writer.packed64(...requantizeWords(packed, channels));
  }
  return writer.finish();
}

/** Tap by tap the weights of three channels, `count` taps from `start` on; none: zero. */
export function packTriples(
  { filters }: PackedLayer,
  channels: readonly number[],
  start: number,
  count: number,
): Uint8Array {
  const triples = new Int8Array(count * LANES);
  channels.forEach((channel, lane) => {
    const filter = must(filters[channel], "filter of a channel");
    for (let tap = 0; tap < count; tap++) triples[tap * LANES + lane] = filter[start + tap] ?? 0;
  });
  return new Uint8Array(triples.buffer);
}

/**
 * Operators that nest in a packed kernel's innermost loop with `chunk` taps written out,
 * requantising three channels included: counted in compiled modules
 * (tests/codegen/nested-operators.test.ts).
 */
export function nestedLoop(chunk: number, { parts }: PackedLayer): number {
  return 110 + 5 * chunk + (parts - 1) * 30;
}

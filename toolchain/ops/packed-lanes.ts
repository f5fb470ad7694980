/**
 * Three int8 weights in one i64: the arithmetic that packed kernels rely on, checked with the real
 * weights at build time.
 *
 * Lane j of an accumulator holds 2^20 + sum of x * w[j] in 21 bits, which is exact while 128 *
 * sum|w| < 2^20; taps are split over as many accumulators as that needs. A group's part of the
 * weights section is its triples of int8, tap by tap, then the requantisation words of its three
 * channels as i64. The last group starts at channels - 3 and overlaps its neighbour.
 */
import { must } from "../diagnostics/assert.ts";
import {
  type ChannelArithmetic,
  type FoldedStep,
  type FoldedTwoSteps,
  foldToOneStep,
  foldToTwoSteps,
} from "../numeric/folded.ts";
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

export interface PackedLayer {
  /** Weights of each output channel, in the order that the kernel walks its taps. */
  readonly filters: readonly (readonly number[])[];
  readonly taps: number;
  /** Accumulators a pixel, and the taps that each sums. */
  readonly parts: number;
  readonly partTaps: number;
  readonly twoSteps: boolean;
  /** Requantisation of each channel. */
  readonly folded: readonly (FoldedStep | FoldedTwoSteps)[];
}

/** Splits and folds a layer with the weights [channels, taps]; null when it cannot be packed. */
export function packLayer(layer: LinearLayer, channels: number, taps: number): PackedLayer | null {
  if (layer.input.dtype !== "int8" || channels < LANES) return null;
  const filters = Array.from({ length: channels }, (_, channel) =>
    filterAt(layer, channel * taps, 1, taps),
  );
  const partTaps = largestPart(filters, taps);
  const parts = Math.ceil(taps / partTaps);
  const arithmetic = channelArithmetic(layer, filters, parts);
  const split = { filters, taps, parts, partTaps };
  const once = arithmetic.map((channel) => foldToOneStep(channel, layer.rounding));
  if (complete(once)) return { ...split, twoSteps: false, folded: once };
  if (layer.rounding === "tflite") return null;
  const twice = arithmetic.map(foldToTwoSteps);
  return complete(twice) ? { ...split, twoSteps: true, folded: twice } : null;
}

function complete<T>(items: readonly (T | null)[]): items is readonly T[] {
  return items.every((item) => item !== null);
}

/** Most taps an accumulator may sum, for the fewest equal parts in which every filter is exact. */
function largestPart(filters: readonly (readonly number[])[], taps: number): number {
  for (let parts = 1; ; parts++) {
    const partTaps = Math.ceil(taps / parts);
    if (filters.every((filter) => lanesHold(filter, partTaps))) return partTaps;
  }
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
  parts: number,
): ChannelArithmetic[] {
  const multipliers = channelMultipliers(layer, filters.length);
  const { min: outputMin, max: outputMax } = activationRange(layer.activation, layer.output);
  const inputZero = quantizationOf(layer.input).zeroPoint;
  const outputZero = quantizationOf(layer.output).zeroPoint;
  const start = parts * LANE_START;
  return filters.map((filter, channel) => {
    const bias = Number(layer.bias?.data[channel] ?? 0);
    const weightSum = filter.reduce((sum, weight) => sum + weight, 0);
    const reach = absoluteSum(filter) * INPUT_MAX;
    return {
      multiplier: must(multipliers[channel], "channel multiplier"),
      offset: bias - inputZero * weightSum - start,
      sumMin: start - reach,
      sumMax: start + reach,
      outputZero,
      outputMin,
      outputMax,
    };
  });
}

/** The layer's part of the weights section: groups of three channels. */
export function packGroups({ filters, taps, folded }: PackedLayer): Uint8Array {
  const writer = new WeightsWriter();
  for (let group = 0; group < filters.length; group += LANES) {
    const first = Math.min(group, filters.length - LANES);
    const channels = [first, first + 1, first + 2];
    for (let tap = 0; tap < taps; tap++) {
      writer.int8(...channels.map((channel) => must(filters[channel]?.[tap], "a weight")));
    }
    for (const channel of channels) {
      const { scale, constant, shift, ...rest } = must(folded[channel], "a folded channel");
      const words = "half" in rest ? [rest.half, rest.sign] : [];
      writer.packed64(scale, constant, shift, ...words);
    }
  }
  return writer.finish();
}

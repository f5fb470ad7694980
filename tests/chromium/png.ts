/**
 * Reads the PNG files that a browser writes: eight bits a channel, RGB with or without alpha, not
 * interlaced. After the PNG specification (W3C, third edition): 7 and 9, filter types 0 to 4.
 */
import { inflateSync } from "node:zlib";
import { assert } from "../../toolchain/diagnostics/assert.ts";

export interface Picture {
  readonly width: number;
  readonly height: number;
  /** Red, green and blue of a pixel. */
  readonly at: (x: number, y: number) => readonly [number, number, number];
}

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const channelsOfType: Readonly<Record<number, number>> = { 2: 3, 6: 4 };

function chunksOf(file: Buffer): { readonly type: string; readonly data: Buffer }[] {
  const chunks = [];
  for (let at = SIGNATURE.length; at < file.length; ) {
    const bytes = file.readUInt32BE(at);
    const data = file.subarray(at + 8, at + 8 + bytes);
    chunks.push({ type: file.toString("latin1", at + 4, at + 8), data });
    at += bytes + 12;
  }
  return chunks;
}

/** Whichever of left, above and corner is nearest to left + above - corner. */
function paeth(left: number, above: number, corner: number): number {
  const [a, b, c] = [above - corner, left - corner, left + above - 2 * corner].map(Math.abs);
  const [toLeft = 0, toAbove = 0, toCorner = 0] = [a, b, c];
  if (toLeft <= toAbove && toLeft <= toCorner) return left;
  return toAbove <= toCorner ? above : corner;
}

const predictors: readonly ((left: number, above: number, corner: number) => number)[] = [
  () => 0,
  (left) => left,
  (_, above) => above,
  (left, above) => (left + above) >> 1,
  paeth,
];

export function readPng(file: Buffer): Picture {
  assert(file.subarray(0, SIGNATURE.length).equals(SIGNATURE), "not a PNG file");
  const chunks = chunksOf(file);
  const header = chunks[0]?.data ?? Buffer.alloc(13);
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
  const channels = channelsOfType[header[9] ?? 0] ?? 0;
  assert(channels > 0 && header[8] === 8 && header[12] === 0, "a PNG of another kind");
  const packed = chunks.filter(({ type }) => type === "IDAT").map(({ data }) => data);
  const lines = inflateSync(Buffer.concat(packed));
  const stride = width * channels;
  const pixels = new Uint8Array(stride * height);
  for (let y = 0; y < height; y++) {
    const start = y * (stride + 1);
    const predict = predictors[lines[start] ?? 0] ?? paeth;
    for (let i = 0; i < stride; i++) {
      const place = y * stride + i;
      const left = i < channels ? 0 : (pixels[place - channels] ?? 0);
      const above = y === 0 ? 0 : (pixels[place - stride] ?? 0);
      const corner = i < channels || y === 0 ? 0 : (pixels[place - stride - channels] ?? 0);
      pixels[place] = (lines[start + 1 + i] ?? 0) + predict(left, above, corner);
    }
  }
  const at = (x: number, y: number) => {
    const place = (y * width + x) * channels;
    return [pixels[place] ?? 0, pixels[place + 1] ?? 0, pixels[place + 2] ?? 0] as const;
  };
  return { width, height, at };
}

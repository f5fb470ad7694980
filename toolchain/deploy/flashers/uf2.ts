/**
 * Reads UF2, the form in which firmware is copied to a board that shows itself as a disk: blocks of
 * 512 bytes, each with the address of its bytes. Everything is checked before a byte goes to a
 * board, because a board takes such a file without a word and then just does not start. Format:
 * https://github.com/microsoft/uf2. firmware-host/targets/uf2.mjs writes it.
 */
import { Diagnostic } from "../../diagnostics/diagnostic.ts";

const magic = [0x0a324655, 0x9e5d5157] as const;
const magicEnd = 0x0ab16f30;
const flagNotForFlash = 0x0001;
const flagFamily = 0x2000;
const blockBytes = 512;
const payloadAt = 32;
const payloadMax = 476;

/** By the number that a block carries; https://github.com/microsoft/uf2/blob/master/utils. */
export const uf2Families: ReadonlyMap<number, string> = new Map([
  [0xe48bff56, "RP2040"],
  [0xe48bff59, "RP2350"],
  [0xada52840, "nRF52840"],
]);

export interface Uf2Image {
  readonly family: number;
  /** Where the first byte goes. */
  readonly address: number;
  /** From there on without a gap. */
  readonly bytes: Uint8Array;
}

interface Block {
  readonly index: number;
  readonly count: number;
  readonly family: number;
  readonly address: number;
  readonly payload: Uint8Array;
}

const broken = (message: string) =>
  new Diagnostic("EF7004", { message: `not a sound UF2 file: ${message}` });

export const isUf2 = (bytes: Uint8Array): boolean =>
  bytes.length >= blockBytes &&
  new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true) === magic[0];

function readBlock(file: Uint8Array, position: number): Block | undefined {
  const bytes = file.subarray(position * blockBytes, (position + 1) * blockBytes);
  const view = new DataView(bytes.buffer, bytes.byteOffset, blockBytes);
  const word = (index: number) => view.getUint32(4 * index, true);
  const isMarked =
    word(0) === magic[0] && word(1) === magic[1] && word(blockBytes / 4 - 1) === magicEnd;
  if (!isMarked) throw broken(`block ${position} lacks its marks`);
  const flags = word(2);
  if ((flags & flagNotForFlash) !== 0) return undefined;
  if ((flags & flagFamily) === 0) throw broken(`block ${position} does not say for which chip`);
  const length = word(4);
  if (length > payloadMax) throw broken(`block ${position} claims ${length} bytes`);
  const payload = bytes.slice(payloadAt, payloadAt + length);
  return { address: word(3), index: word(5), count: word(6), family: word(7), payload };
}

/** The image in a UF2 file: one chip, whole, in order, without a gap. */
export function readUf2(file: Uint8Array): Uf2Image {
  if (file.length === 0 || file.length % blockBytes !== 0) {
    throw broken(`${file.length} bytes are no multiple of ${blockBytes}`);
  }
  const positions = Array.from({ length: file.length / blockBytes }, (_, position) => position);
  const blocks = positions.flatMap((position) => readBlock(file, position) ?? []);
  const [first] = blocks;
  if (first === undefined) throw broken("no block is for flash");
  let address = first.address;
  blocks.forEach(({ index, count, family, address: at, payload }, position) => {
    if (family !== first.family) throw broken(`block ${position} is for another chip`);
    if (index !== position || count !== blocks.length) {
      throw broken(`block ${position} says it is ${index} of ${count}`);
    }
    if (at !== address) throw broken(`block ${position} leaves a gap`);
    address += payload.length;
  });
  const bytes = new Uint8Array(address - first.address);
  for (const block of blocks) bytes.set(block.payload, block.address - first.address);
  return { family: first.family, address: first.address, bytes };
}

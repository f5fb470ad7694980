/**
 * What a linked image takes of a chip, read off its section and symbol tables: bytes of flash, of
 * static RAM, and where its native stack lies. The blocks that a port hands to the core (`ram`, and
 * `slot` where flash is played by RAM) are not static RAM. System V ABI, chapter 4 (32-bit
 * little-endian ELF).
 */
import { readFileSync } from "node:fs";
import { must } from "../../../toolchain/diagnostics/assert.ts";

const sectionTableAt = 32;
const sectionSizeAt = 46;
const noBits = 8;
const flagWrite = 1;
const flagAlloc = 2;

const symbolTable = 2;
const symbolBytes = 16;

interface Section {
  readonly name: string;
  readonly type: number;
  readonly flags: number;
  readonly address: number;
  readonly offset: number;
  readonly bytes: number;
  readonly link: number;
}

const textAt = (file: Buffer, at: number) => file.toString("latin1", at, file.indexOf(0, at));

function sectionsOf(file: Buffer): Section[] {
  const table = file.readUInt32LE(sectionTableAt);
  const [size = 0, count = 0, names = 0] = [0, 2, 4].map((at) =>
    file.readUInt16LE(sectionSizeAt + at),
  );
  const headers = Array.from({ length: count }, (_, index) => {
    const word = (at: number) => file.readUInt32LE(table + index * size + 4 * at);
    return {
      ...{ nameAt: word(0), type: word(1), flags: word(2), address: word(3) },
      ...{ offset: word(4), bytes: word(5), link: word(6) },
    };
  });
  const namesAt = must(headers[names], "section names").offset;
  return headers.map(({ nameAt, ...rest }) => ({ name: textAt(file, namesAt + nameAt), ...rest }));
}

const handedToCore = ["ram", "slot"];

/** Bytes of the objects with these names. */
function objectBytes(file: Buffer, sections: readonly Section[], names: readonly string[]): number {
  const symbols = must(
    sections.find(({ type }) => type === symbolTable),
    "a symbol table",
  );
  const strings = must(sections[symbols.link], "symbol names").offset;
  let bytes = 0;
  for (let at = symbols.offset; at < symbols.offset + symbols.bytes; at += symbolBytes) {
    const name = textAt(file, strings + file.readUInt32LE(at));
    if (names.includes(name)) bytes += file.readUInt32LE(at + 8);
  }
  return bytes;
}

export interface ImageSizes {
  readonly flashBytes: number;
  readonly staticRamBytes: number;
  readonly stack?: { readonly address: number; readonly bytes: number };
}

const reserved = [".stack", ".heap"];

export function imageSizes(path: string): ImageSizes {
  const file = readFileSync(path);
  const sections = sectionsOf(file);
  const onChip = sections.filter(({ flags }) => (flags & flagAlloc) !== 0);
  const sum = (some: readonly Section[]) => some.reduce((total, { bytes }) => total + bytes, 0);
  const writable = onChip.filter(
    ({ name, flags }) => (flags & flagWrite) !== 0 && !reserved.includes(name),
  );
  const stack = onChip.find(({ name }) => name === ".stack");
  return {
    flashBytes: sum(onChip.filter(({ type }) => type !== noBits)),
    staticRamBytes: sum(writable) - objectBytes(file, sections, handedToCore),
    ...(stack === undefined ? {} : { stack: { address: stack.address, bytes: stack.bytes } }),
  };
}

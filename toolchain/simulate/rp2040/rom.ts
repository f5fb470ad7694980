/**
 * A boot ROM for the emulated RP2040, which has none of its own: the tables firmware searches, the
 * search function in Thumb code, and functions that stop at a breakpoint for chip.ts to do their
 * work. Addresses of the tables: RP2040 Datasheet, section 2.8.3.
 */
import { must } from "../../diagnostics/assert.ts";

const magicAt = 0x10;
const functionTableAt = 0x14;
const lookupPointerAt = 0x18;
const lookupAt = 0x40;
const functionsAt = 0x80;
const tableAt = 0x100;
const thumb = 1;

/** Search of a table at r0 of {code, pointer} for the code in r1; 0 when it is not there. */
const lookupCode = [
  0x8802, // again: ldrh r2, [r0]
  0x2a00, // cmp r2, #0
  0xd005, // beq absent
  0x428a, // cmp r2, r1
  0xd001, // beq found
  0x3004, // adds r0, #4
  0xe7f8, // b again
  0x8840, // found: ldrh r0, [r0, #2]
  0x4770, // bx lr
  0x2000, // absent: movs r0, #0
  0x4770, // bx lr
];

const breakpoint = 0xbe00;
const returnToCaller = 0x4770;

/** ROM functions that have an effect here; a function's breakpoint is its place in this list. */
export const romFunctions = ["IF", "EX", "RE", "RP", "FC", "CX", "UB"] as const;

export type RomFunction = (typeof romFunctions)[number];

export const romFunctionAt = (breakpointNumber: number): RomFunction | undefined =>
  romFunctions[breakpointNumber];

export function stubRom(): Uint32Array {
  const rom = new Uint32Array(4096);
  const view = new DataView(rom.buffer);
  const put16 = (at: number, value: number) => view.setUint16(at, value, true);
  put16(magicAt, 0x754d); // "Mu"
  put16(magicAt + 2, 1);
  put16(functionTableAt, tableAt);
  put16(lookupPointerAt, lookupAt | thumb);
  lookupCode.forEach((opcode, index) => {
    put16(lookupAt + 2 * index, opcode);
  });
  romFunctions.forEach((code, index) => {
    const [first, second] = [...code].map((letter) => must(letter.codePointAt(0), "a letter"));
    const at = functionsAt + 4 * index;
    put16(at, breakpoint | index);
    put16(at + 2, returnToCaller);
    put16(tableAt + 4 * index, must(first, "two letters") | (must(second, "two letters") << 8));
    put16(tableAt + 4 * index + 2, at | thumb);
  });
  return rom;
}

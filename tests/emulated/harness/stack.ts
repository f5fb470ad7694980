/**
 * How deep a board's native stack got, for programs that have the stack as a segment without
 * contents (RISC-V, Xtensa): QEMU may clear it after it has painted it, so both the paint and zero
 * count as untouched. The deepest frame holds an address, so it is seen.
 */
import { must } from "../../../toolchain/diagnostics/assert.ts";
import type { BoardOnBench } from "./board.ts";
import { imageSizes } from "./elf.ts";

const PAINT = 0xa5;

export async function stackDepth({ emulator }: BoardOnBench, elf: string): Promise<number> {
  const stack = must(imageSizes(elf).stack, "a stack");
  const memory = await emulator.readMemory(stack);
  const deepest = memory.findIndex((byte) => byte !== 0 && byte !== PAINT);
  return deepest < 0 ? 0 : stack.bytes - deepest;
}

/*
 * The ROM jumps here after it has copied the image's segments to RAM. It runs on the ROM's stack,
 * which is given up with everything else of the ROM but its functions and their data.
 */
  .section .text.start, "ax"
  .globl _start
_start:
  .insn i 0x73, 7, x0, x8, 0x300 /* csrci mstatus, 8: no interrupts */
  .option push
  .option norelax
  la gp, __global_pointer$
  .option pop
  la sp, stack_end
  la t0, trap_vector
  .insn i 0x73, 1, x0, t0, 0x305 /* csrw mtvec; the assembler's own csrw needs another -march */
  la t0, bss_start
  la t1, bss_end
1:
  bgeu t0, t1, 2f
  sw zero, 0(t0)
  addi t0, t0, 4
  j 1b
2:
  call main

/* The chip aligns mtvec to 256 bytes and adds nothing for exceptions. */
  .align 8
trap_vector:
  la sp, stack_end
  call on_fault
1:
  j 1b

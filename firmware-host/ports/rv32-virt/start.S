/*
 * QEMU's riscv32 "virt" machine enters here, at the first byte of RAM: the linker script puts this
 * section first. Nothing has to be copied, because QEMU loads the ELF file's segments in place.
 */
  .section .text.start, "ax"
  .globl _start
_start:
  .option push
  .option norelax
  la gp, __global_pointer$
  .option pop
  la sp, stack_end
  la t0, on_trap
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

/* A fault of the firmware ends the machine with exit code 1, so that a test sees it. */
  .align 6
on_trap:
  li t0, 0x100000
  li t1, 0x13333
  sw t1, 0(t0)
3:
  j 3b

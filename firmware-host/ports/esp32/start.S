/*
 * The ROM jumps here after it has copied the image's segments to RAM. The ROM uses register
 * windows, Debian's compiler (for the lx106, the core of the ESP8266) does not: windows are switched
 * off, and with them every function of the ROM, whose calls rotate them.
 */
  .section .text.start, "ax"
  .literal_position
  .align 4
  .globl _start
_start:
  movi a2, 0x2f /* PS: no window overflow, user vector mode, no interrupts */
  wsr.ps a2
  rsync
  movi a2, vectors
  wsr.vecbase a2
  movi a1, stack_end
  movi a2, bss_start
  movi a3, bss_end
  movi a4, 0
1:
  bgeu a2, a3, 2f
  s32i a4, a2, 0
  addi a2, a2, 4
  j 1b
2:
  call0 main
3:
  j 3b

  .literal_position
  .align 4
fault:
  movi a1, stack_end
  call0 on_fault
4:
  j 4b

/*
 * Exception vectors relative to VECBASE: user, kernel and double of the ESP32 (core-isa.h of
 * ESP-IDF) at 0x340, 0x300, 0x3c0; the lx106's, on which tests run this code, at 0x50, 0x30, 0x70.
 */
  .section .vectors, "ax"
  .globl vectors
vectors:
  .org 0x30
  j fault
  .org 0x50
  j fault
  .org 0x70
  j fault
  .org 0x300
  j fault
  .org 0x340
  j fault
  .org 0x3c0
  j fault
  .org 0x400

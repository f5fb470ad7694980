/* Where QEMU's lx106 starts after reset; the ESP32's ROM jumps to _start itself. */
  .section .reset, "ax"
  .globl reset
reset:
  j 1f
  .align 4
  .literal_position
1:
  movi a0, _start
  jx a0

/*
 * Second-stage bootloader: the ROM copies the first 256 bytes of flash to RAM, checks the CRC-32
 * in the last four (targets/rp2040.mjs writes it) and jumps here. It lets the flash interface read
 * with the plain serial command 03h, which every flash chip knows, then starts the image behind it.
 * RP2040 Datasheet, sections 2.8.1.3 (boot) and 4.10 (SSI registers).
 */
.syntax unified
.cpu cortex-m0plus
.thumb

.equ SSI, 0x18000000
.equ SSI_CTRLR0, 0x00
.equ SSI_CTRLR1, 0x04
.equ SSI_SSIENR, 0x08
.equ SSI_BAUDR, 0x14
.equ SSI_SPI_CTRLR0, SSI + 0xf4

.equ CLOCK_DIVIDER, 4                           /* 125 MHz / 4: 03h is good for 33 MHz and more */
.equ FRAMES_OF_32_EEPROM_READ, 31 << 16 | 3 << 8
.equ COMMAND_03_ADDRESS_24, 3 << 24 | 2 << 8 | 6 << 2

.equ VECTORS, 0x10000100
.equ VTOR, 0xe000ed08

.section .boot2, "ax"
.global boot2
.thumb_func
boot2:
  ldr r3, =SSI
  movs r0, #0
  str r0, [r3, #SSI_SSIENR]
  movs r1, #CLOCK_DIVIDER
  str r1, [r3, #SSI_BAUDR]
  ldr r1, =FRAMES_OF_32_EEPROM_READ
  str r1, [r3, #SSI_CTRLR0]
  ldr r1, =COMMAND_03_ADDRESS_24
  ldr r2, =SSI_SPI_CTRLR0
  str r1, [r2]
  str r0, [r3, #SSI_CTRLR1]
  movs r0, #1
  str r0, [r3, #SSI_SSIENR]

  ldr r0, =VECTORS
  ldr r1, =VTOR
  str r0, [r1]
  ldmia r0, {r0, r1}
  msr msp, r0
  bx r1
.ltorg

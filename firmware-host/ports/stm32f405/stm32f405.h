/*
 * The pieces of the STM32F405 port. Register names and bits: RM0090, the chip's reference manual.
 */
#ifndef EDGEFLASH_STM32F405_H
#define EDGEFLASH_STM32F405_H

#include <stdbool.h>
#include <stdint.h>

#include "../cortex-m/cortex-m.h"

#define RCC_CR CM_REGISTER(0x40023800u)
#define FLASH_ACR CM_REGISTER(0x40023C00u)

/* The chip's clock control never reads 0 (its oscillator runs); QEMU's stub always does. */
static inline bool is_emulated(void) { return RCC_CR == 0; }

typedef struct {
  uint8_t *bytes;
  uint32_t length;
} slot_memory;

/* The flash sectors of the slot, or on the emulator, which has no flash controller, RAM. */
slot_memory slot_find(void);

/* Starts the clocks and the microsecond timer; returns the clock of USART1 in Hz. */
uint32_t clock_start(void);
void clock_tick(void);

#endif

/*
 * Registers of the RP2040 that more than one file of this port touches, and the reset that all of
 * them may ask for. Numbers are those of the RP2040 Datasheet, section 2.2 (address map).
 *
 * Invariant: every wait for hardware is bounded, so a dead crystal gives a dead link and no hang.
 */
#ifndef EDGEFLASH_RP2040_CHIP_H
#define EDGEFLASH_RP2040_CHIP_H

#include <stdbool.h>
#include <stdint.h>

#define REG(address) (*(volatile uint32_t *)(uintptr_t)(address))
/* Each register has aliases that set or clear the bits written to them. */
#define REG_SET(address) REG((address) + 0x2000u)
#define REG_CLEAR(address) REG((address) + 0x3000u)

#define CLK_SYS_HZ 125000000u

typedef enum { IRQ_USB = 5, IRQ_UART0 = 20 } irq_number;

#define NVIC_ISER REG(0xE000E100u)

static inline void irq_enable(irq_number number) {
  NVIC_ISER = 1u << number;
}

/* Keeps interrupts away; gives what irq_restore needs. */
__attribute__((always_inline)) static inline uint32_t irq_mask(void) {
  uint32_t before;
  __asm__ volatile("mrs %0, primask\n cpsid i" : "=r"(before)::"memory");
  return before;
}

__attribute__((always_inline)) static inline void irq_restore(uint32_t before) {
  __asm__ volatile("msr primask, %0" ::"r"(before) : "memory");
}

/* Whether the bits of `mask` at `address` became `value` in the time hardware is given. */
static inline bool wait_for(uintptr_t address, uint32_t mask, uint32_t value) {
  for (uint32_t tries = 0; tries < 4000000u; tries++) {
    if ((REG(address) & mask) == value) return true;
  }
  return false;
}

/* Crystal, PLLs, 125 MHz for the processor, 48 MHz for USB, a microsecond tick; then peripherals
   out of reset. */
void clocks_start(void);

/* From now on the chip is reset when interrupts have not been served for eight seconds. */
void chip_guard(void);

/* Resets the whole chip. After a fault the next start says so on the wire. */
void chip_restart(void);
void chip_fault(void);
bool chip_had_fault(void);

#endif

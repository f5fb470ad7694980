/*
 * What start.c and a Cortex-M port know of each other. The port has the vector table, because its
 * interrupts differ; start.c brings the C environment up, then runs the one main loop.
 */
#ifndef EDGEFLASH_CORTEX_M_H
#define EDGEFLASH_CORTEX_M_H

#include <stdint.h>

typedef void (*cm_handler)(void);

/* Linker symbols (sections.ld). The stack's top is declared as code, for the vector table. */
extern void cm_stack_top(void);
extern uint8_t cm_ram[], cm_ram_end[], cm_slot[], cm_slot_end[], cm_stack_limit[];

void cm_reset(void);

/* Restarts the chip; after a fault the host learns that its session is gone, and need not wait. */
void cm_restart(void);

/* The system's part of a vector table: stack, reset, NMI and the faults, then what is not used. */
#define CM_FOUR_RESTARTS cm_restart, cm_restart, cm_restart, cm_restart
#define CM_EXCEPTIONS \
  cm_stack_top, cm_reset, cm_restart, CM_FOUR_RESTARTS, CM_FOUR_RESTARTS, CM_FOUR_RESTARTS
#define CM_VECTORS __attribute__((section(".vectors"), used))
#define CM_SYSTICK 15
#define CM_INTERRUPT(number) (16 + (number))

static inline volatile uint32_t *cm_register(uintptr_t address) {
  return (volatile uint32_t *)address;
}

#define CM_REGISTER(address) (*cm_register(address))
#define CM_SYST_CSR CM_REGISTER(0xE000E010u)
#define CM_SYST_RVR CM_REGISTER(0xE000E014u)
#define CM_SYST_CVR CM_REGISTER(0xE000E018u)
#define CM_NVIC_ISER(word) CM_REGISTER(0xE000E100u + 4u * (word))

/* The port: called once before the core starts, and in every turn of the main loop. */
void port_start(void);
void port_poll(void);
extern const char port_banner[];

#endif

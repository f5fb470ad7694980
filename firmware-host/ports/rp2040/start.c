/*
 * From the vector table to main, and back by way of the watchdog, which is what resets this chip
 * completely. A fault leaves a mark in a scratch register that outlives the reset.
 *
 * A stack overflow (rp2040.ld) may end worse, with a processor that has locked up because it could
 * not store the frame of the fault; then no tick comes and the watchdog runs out. RP2040 Datasheet,
 * sections 2.3.2 (interrupts), 2.4.5.1 (SysTick), 2.13 (PSM), 4.7 (watchdog).
 */
#include <stddef.h>
#include <string.h>

#include "chip.h"
#include "link.h"

#define WATCHDOG_CTRL 0x40058000u
#define WATCHDOG_LOAD 0x40058004u
#define WATCHDOG_REASON 0x40058008u
#define WATCHDOG_SCRATCH0 0x4005800Cu
#define WATCHDOG_SCRATCH4 0x4005801Cu
#define WATCHDOG_TRIGGER (1u << 31)
#define WATCHDOG_ENABLE (1u << 30)
#define WATCHDOG_PAUSE_IN_DEBUGGER (7u << 24)
#define WATCHDOG_RAN_OUT 1u
/* 8.3 s, since it counts down twice a microsecond (erratum RP2040-E1): more than any erasure. */
#define WATCHDOG_LONGEST 0xFFFFFFu
#define SYST_CSR 0xE000E010u
#define SYST_RVR 0xE000E014u
#define SYST_RUN 7u /* by the processor's clock, with interrupt */
#define TICKS_HZ 10u
#define PSM_WDSEL 0x40010008u
/* All but the two oscillators. */
#define PSM_ALL 0x1FFFCu
#define FAULT_MARK 0x45464654u

typedef void (*handler)(void);

/* Linker symbols (rp2040.ld); the stack's top is declared as code for the table below. */
extern void stack_top(void);
extern uint8_t data_start[], data_end[], data_load[], bss_start[], bss_end[];

int main(void);

void chip_restart(void) {
  REG(WATCHDOG_SCRATCH4) = 0; /* no instructions for the ROM: start from flash as usual */
  REG(PSM_WDSEL) = PSM_ALL;
  REG(WATCHDOG_CTRL) = WATCHDOG_TRIGGER;
  for (;;) {
  }
}

void chip_fault(void) {
  REG(WATCHDOG_SCRATCH0) = FAULT_MARK;
  chip_restart();
}

bool chip_had_fault(void) {
  bool ran_out = (REG(WATCHDOG_REASON) & WATCHDOG_RAN_OUT) != 0;
  bool had_fault = ran_out || REG(WATCHDOG_SCRATCH0) == FAULT_MARK;
  REG(WATCHDOG_SCRATCH0) = 0;
  return had_fault;
}

void chip_guard(void) {
  REG(PSM_WDSEL) = PSM_ALL;
  REG(WATCHDOG_LOAD) = WATCHDOG_LONGEST;
  REG(WATCHDOG_CTRL) = WATCHDOG_ENABLE | WATCHDOG_PAUSE_IN_DEBUGGER;
  REG(SYST_RVR) = CLK_SYS_HZ / TICKS_HZ - 1u;
  REG(SYST_CSR) = SYST_RUN;
}

static void on_tick(void) { REG(WATCHDOG_LOAD) = WATCHDOG_LONGEST; }

/* A fault may have left no stack to call on. */
static void __attribute__((naked)) on_fault(void) {
  __asm__ volatile("ldr r0, =stack_top\n"
                   "mov sp, r0\n"
                   "ldr r0, =chip_fault\n"
                   "bx r0\n");
}

static void on_reset(void) {
  memcpy(data_start, data_load, (size_t)(data_end - data_start));
  memset(bss_start, 0, (size_t)(bss_end - bss_start));
  main();
  chip_restart();
}

#define FIVE on_fault, on_fault, on_fault, on_fault, on_fault

/* The entries of the processor, then the chip's interrupts. */
__attribute__((section(".vectors"), used)) static const handler vectors[16 + 26] = {
  stack_top, on_reset, on_fault, on_fault, on_fault, FIVE, FIVE, on_tick,
  FIVE, usb_interrupt, on_fault, on_fault, on_fault, on_fault, FIVE, FIVE, uart_interrupt, FIVE,
};

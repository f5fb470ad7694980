/*
 * Reset and main loop of every Cortex-M port: copies .data, clears .bss, lets the core use its
 * floating-point unit when the code was compiled for one, and polls the firmware core for ever.
 *
 * The stack lies at the lower end of RAM (sections.ld), so an overflow is a bus fault and never a
 * damaged model; a fault restarts the board. Arm v7-M Architecture Reference Manual, B1.5 and B3.2.
 */
#include <stdint.h>
#include <string.h>

#include "../../core/ef.h"
#include "cortex-m.h"

#define SCB_AIRCR CM_REGISTER(0xE000ED0Cu)
#define SCB_CPACR CM_REGISTER(0xE000ED88u)
#define AIRCR_RESET 0x05FA0004u
#define CPACR_FPU (0xFu << 20)

#define PAINT 0xA5A5A5A5u
#define PAINT_MARGIN_WORDS 16

extern uint32_t cm_stack[];
extern uint8_t cm_data[], cm_data_end[], cm_data_load[], cm_bss[], cm_bss_end[];

void cm_restart(void) {
  SCB_AIRCR = AIRCR_RESET;
  __asm volatile("dsb" ::: "memory");
  for (;;) {
    /* The reset comes within a few cycles. */
  }
}

/* What is below this frame gets a pattern: a debugger, or an emulator, sees how deep it went. */
static void paint_stack(void) {
  const uint32_t *here = __builtin_frame_address(0);
  for (volatile uint32_t *word = cm_stack; word + PAINT_MARGIN_WORDS < here; word++) *word = PAINT;
}

void cm_reset(void) {
  paint_stack();
#ifdef __ARM_FP
  SCB_CPACR |= CPACR_FPU;
  __asm volatile("dsb\n isb" ::: "memory");
#endif
  memcpy(cm_data, cm_data_load, (size_t)(cm_data_end - cm_data));
  memset(cm_bss, 0, (size_t)(cm_bss_end - cm_bss));
  port_start();
  ef_init();
  ef_log("edgeflash ");
  ef_log(port_banner);
  ef_log("\r\n");
  for (;;) {
    port_poll();
    ef_poll();
  }
}

/*
 * The CMSDK APB timer of the MPS2 boards, 32 bits counting down at 25 MHz. Under QEMU's -icount its
 * time is the number of instructions executed, which is what the benchmark reads.
 */
#include "../../hal.h"
#include "../cortex-m/cortex-m.h"
#include "mps2.h"

#define TIMER_CTRL CM_REGISTER(0x40000000u)
#define TIMER_VALUE CM_REGISTER(0x40000004u)
#define TIMER_RELOAD CM_REGISTER(0x40000008u)
#define TICKS_PER_US 25u

static uint32_t last_value;
static uint64_t ticks;

void timer_start(void) {
  TIMER_RELOAD = UINT32_MAX;
  TIMER_VALUE = UINT32_MAX;
  last_value = UINT32_MAX;
  TIMER_CTRL = 1;
}

/* Counts on over the timer's wrap, as long as it is read once in 171 s. */
uint32_t hal_ticks_us(void) {
  uint32_t value = TIMER_VALUE;
  ticks += last_value - value;
  last_value = value;
  return (uint32_t)(ticks / TICKS_PER_US);
}

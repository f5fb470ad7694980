/* The system counter of the SSE-300 subsystem (AN547): 64 bits counting up at 32 MHz. */
#include "../../hal.h"
#include "../cortex-m/cortex-m.h"
#include "mps2.h"

#define COUNTER_CONTROL CM_REGISTER(0x58100000u)
#define COUNTER_LOW CM_REGISTER(0x58100008u)
#define COUNTER_HIGH CM_REGISTER(0x5810000Cu)
#define TICKS_PER_US 32u

void timer_start(void) { COUNTER_CONTROL = 1; }

uint32_t hal_ticks_us(void) {
  uint32_t high = COUNTER_HIGH;
  uint32_t low = COUNTER_LOW;
  uint32_t high_after = COUNTER_HIGH;
  if (high_after != high) low = COUNTER_LOW;
  return (uint32_t)((((uint64_t)high_after << 32) | low) / TICKS_PER_US);
}

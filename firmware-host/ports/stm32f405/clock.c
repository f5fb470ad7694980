/*
 * 168 MHz from the internal 16 MHz oscillator, so that a board needs no crystal, and microseconds
 * from SysTick. When the PLL does not lock within its bound the chip stays at 16 MHz and everything
 * works, slower. RM0090 sections 3.5 (wait states) and 7 (RCC).
 */
#include "../../hal.h"
#include "stm32f405.h"

#define RCC_PLLCFGR CM_REGISTER(0x40023804u)
#define RCC_CFGR CM_REGISTER(0x40023808u)
#define CR_PLLON (1u << 24)
#define CR_PLLRDY (1u << 25)
/* 16 MHz / 16 * 336 / 2; / 7 for USB. */
#define PLL_168_MHZ (16u | (336u << 6) | (0u << 16) | (7u << 24))
/* APB1 a quarter, APB2 half of the core's clock. */
#define CFGR_BUSES ((5u << 10) | (4u << 13))
#define CFGR_PLL 2u
#define CFGR_USES_PLL (2u << 2)
/* Five wait states, prefetch, instruction and data cache. */
#define ACR_168_MHZ (5u | (7u << 8))
#define WAIT_TURNS 100000u

#define SLOW_MHZ 16u
#define FAST_MHZ 168u
#define US_PER_TICK 1000u
#define CSR_RUN 7u /* processor clock, interrupt, enable */

static uint32_t core_mhz;
static volatile uint32_t milliseconds;

static bool becomes_set(volatile uint32_t *reg, uint32_t bits) {
  for (uint32_t turn = 0; turn < WAIT_TURNS; turn++) {
    if ((*reg & bits) == bits) return true;
  }
  return false;
}

static bool start_pll(void) {
  RCC_PLLCFGR = PLL_168_MHZ;
  RCC_CR |= CR_PLLON;
  if (!becomes_set(&RCC_CR, CR_PLLRDY)) return false;
  FLASH_ACR = ACR_168_MHZ;
  RCC_CFGR = CFGR_BUSES | CFGR_PLL;
  return becomes_set(&RCC_CFGR, CFGR_USES_PLL);
}

uint32_t clock_start(void) {
  /* The emulator's core runs at 168 MHz whatever is set. */
  bool is_fast = is_emulated() || start_pll();
  core_mhz = is_fast ? FAST_MHZ : SLOW_MHZ;
  CM_SYST_RVR = core_mhz * US_PER_TICK - 1;
  CM_SYST_CVR = 0;
  CM_SYST_CSR = CSR_RUN;
  return (is_fast ? FAST_MHZ / 2 : SLOW_MHZ) * 1000000u;
}

void clock_tick(void) { milliseconds++; }

uint32_t hal_ticks_us(void) {
  uint32_t before = milliseconds;
  uint32_t left = CM_SYST_CVR;
  uint32_t now = milliseconds;
  if (now != before) left = CM_SYST_CVR;
  return now * US_PER_TICK + (core_mhz * US_PER_TICK - 1 - left) / core_mhz;
}

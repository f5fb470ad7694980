/*
 * The clock tree as on a Pico: crystal 12 MHz; PLL_SYS 12 MHz * 125 / (6 * 2) = 125 MHz for the
 * processor and the UART; PLL_USB 12 MHz * 100 / (5 * 5) = 48 MHz. RP2040 Datasheet, sections 2.14
 * (resets), 2.15 (clocks), 2.16 (XOSC), 2.18 (PLL), 4.7.2 (watchdog tick).
 */
#include "chip.h"

#define RESETS 0x4000C000u
#define RESETS_DONE 0x4000C008u
#define RESET_IO_BANK0 (1u << 5)
#define RESET_PADS_BANK0 (1u << 8)
#define RESET_PLL_SYS (1u << 12)
#define RESET_PLL_USB (1u << 13)
#define RESET_TIMER (1u << 21)
#define RESET_UART0 (1u << 22)
#define RESET_USB (1u << 24)

#define XOSC_CTRL 0x40024000u
#define XOSC_STATUS 0x40024004u
#define XOSC_STARTUP 0x4002400Cu
#define XOSC_1_TO_15_MHZ 0xAA0u
#define XOSC_ENABLE (0xFABu << 12)
#define XOSC_STABLE (1u << 31)
/* In units of 256 cycles, 64 ms: some boards' crystals are slow to start. */
#define XOSC_DELAY 3000u

#define CLK_REF_CTRL 0x40008030u
#define CLK_REF_SELECTED 0x40008038u
#define CLK_SYS_CTRL 0x4000803Cu
#define CLK_SYS_SELECTED 0x40008044u
#define CLK_PERI_CTRL 0x40008048u
#define CLK_USB_CTRL 0x40008054u
#define CLK_REF_XOSC 2u
#define CLK_SYS_AUX 1u
#define CLK_AUX_MASK (7u << 5)
#define CLK_ENABLE (1u << 11)
#define SELECTED(source) (1u << (source))

#define PLL_SYS 0x40028000u
#define PLL_USB 0x4002C000u
#define PLL_CS 0x0u
#define PLL_PWR 0x4u
#define PLL_FBDIV 0x8u
#define PLL_PRIM 0xCu
#define PLL_LOCK (1u << 31)
#define PLL_CORE_DOWN (1u << 5 | 1u << 0)
#define PLL_POST_DOWN (1u << 3)

#define WATCHDOG_TICK 0x4005802Cu
#define TICK_ENABLE (1u << 9)
#define XOSC_MHZ 12u

static void reset_cycle(uint32_t blocks) {
  REG_SET(RESETS) = blocks;
  REG_CLEAR(RESETS) = blocks;
  wait_for(RESETS_DONE, blocks, blocks);
}

/* Away from the PLLs before they are touched: a debugger may start the image with them running. */
static void run_from_reference(void) {
  REG_CLEAR(CLK_SYS_CTRL) = CLK_SYS_AUX;
  wait_for(CLK_SYS_SELECTED, SELECTED(CLK_SYS_AUX), 0);
  REG_CLEAR(CLK_REF_CTRL) = 3u;
  wait_for(CLK_REF_SELECTED, SELECTED(0), SELECTED(0));
}

static void crystal_start(void) {
  REG(XOSC_CTRL) = XOSC_1_TO_15_MHZ;
  REG(XOSC_STARTUP) = XOSC_DELAY;
  REG_SET(XOSC_CTRL) = XOSC_ENABLE;
  wait_for(XOSC_STATUS, XOSC_STABLE, XOSC_STABLE);
}

static void pll_start(uint32_t pll, uint32_t multiplier, uint32_t divider1, uint32_t divider2) {
  REG(pll + PLL_CS) = 1u;
  REG(pll + PLL_FBDIV) = multiplier;
  REG_CLEAR(pll + PLL_PWR) = PLL_CORE_DOWN;
  wait_for(pll + PLL_CS, PLL_LOCK, PLL_LOCK);
  REG(pll + PLL_PRIM) = divider1 << 16 | divider2 << 12;
  REG_CLEAR(pll + PLL_PWR) = PLL_POST_DOWN;
}

void clocks_start(void) {
  run_from_reference();
  crystal_start();
  reset_cycle(RESET_PLL_SYS | RESET_PLL_USB);
  pll_start(PLL_SYS, 125, 6, 2);
  pll_start(PLL_USB, 100, 5, 5);
  REG(CLK_REF_CTRL) = CLK_REF_XOSC;
  wait_for(CLK_REF_SELECTED, SELECTED(CLK_REF_XOSC), SELECTED(CLK_REF_XOSC));
  REG_CLEAR(CLK_SYS_CTRL) = CLK_AUX_MASK; /* auxiliary source 0 is PLL_SYS */
  REG_SET(CLK_SYS_CTRL) = CLK_SYS_AUX;
  wait_for(CLK_SYS_SELECTED, SELECTED(CLK_SYS_AUX), SELECTED(CLK_SYS_AUX));
  REG(CLK_PERI_CTRL) = CLK_ENABLE; /* source 0: clk_sys */
  REG(CLK_USB_CTRL) = CLK_ENABLE;  /* source 0: PLL_USB */
  REG(WATCHDOG_TICK) = TICK_ENABLE | XOSC_MHZ;
  reset_cycle(RESET_IO_BANK0 | RESET_PADS_BANK0 | RESET_TIMER | RESET_UART0 | RESET_USB);
}

/*
 * RP2040 boards (Raspberry Pi Pico): what the core asks of the chip, and the main loop. The
 * processor sleeps between interrupts; WFE cannot miss one, since every interrupt sets the event
 * that WFE waits for.
 */
#include "../../core/ef.h"
#include "../../hal.h"
#include "chip.h"
#include "link.h"

#define TIMER_TIMERAWL 0x40054028u
#define DRAIN_TRIES 1000000u

/* Linker symbols (rp2040.ld). */
extern uint8_t bss_end[], ram_end[], slot_start[], slot_end[], stack_limit[];

static volatile link_id active = LINK_UART;

/* The last reply may still be in a FIFO; a host that does not fetch it is not waited for long. */
static void restart_when_sent(void) {
  for (uint32_t tries = 0; tries < DRAIN_TRIES; tries++) {
    if (uart_is_idle() && usb_is_idle()) break;
  }
  chip_restart();
}

const hal_board *hal_board_info(void) {
  static hal_board board;
  board = (hal_board){
    .id = "rp2040",
    .ram = bss_end,
    .ram_bytes = (uint32_t)(ram_end - bss_end),
    .slot = slot_start,
    .slot_bytes = (uint32_t)(slot_end - slot_start),
    .restart = restart_when_sent,
    .stack_limit = stack_limit,
  };
  return &board;
}

uint32_t hal_ticks_us(void) { return REG(TIMER_TIMERAWL); }

uint32_t hal_tx(const uint8_t *bytes, uint32_t length) {
  return active == LINK_USB ? usb_send(bytes, length) : uart_send(bytes, length);
}

void link_received(link_id link, const uint8_t *bytes, uint32_t length) {
  active = link;
  ef_feed(bytes, length);
}

static const char greeting[] = "edgeflash rp2040\r\n";
static const char greeting_after_fault[] =
  "edgeflash rp2040: restarted after a fault; the model may need more stack\r\n";

int main(void) {
  clocks_start();
  ef_init();
  uart_start();
  usb_start();
  chip_guard();
  ef_log(chip_had_fault() ? greeting_after_fault : greeting);
  for (;;) {
    if (!ef_poll()) __asm__ volatile("wfe");
  }
}

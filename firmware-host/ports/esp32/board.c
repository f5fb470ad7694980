/*
 * The firmware as the image that the ESP32's ROM loads from flash: one core, no operating system.
 * Its wasm3 knows no floating point (the compiler's library has none), and the model slot is RAM,
 * because the ROM's flash functions cannot be called (start.S): a model is lost with the power.
 *
 * The clock stays as the ROM leaves it (the crystal), so no figure here depends on a PLL.
 */
#include <string.h>

#include "../../core/ef.h"
#include "../../hal.h"
#include "line.h"

#define CYCLES_PER_US 40u
#define SAY_TRIES 1000000u
#define RECEIVE_BYTES 64u
#define ERASED 0xff

/* What data leaves of SRAM2, rounded down (link.ld). */
#define MODEL_RAM_BYTES (172u * 1024u)

extern uint8_t slot_start[];
extern uint8_t slot_end[];
extern const uint8_t stack_limit[];
void on_fault(void);

static uint8_t ram[EF_CORE_BYTES + MODEL_RAM_BYTES] __attribute__((section(".noinit"), aligned(8)));
static hal_board board;

const hal_board *hal_board_info(void) { return &board; }

uint32_t hal_tx(const uint8_t *bytes, uint32_t length) { return line_send(bytes, length); }

/* Whole microseconds of the cycle counter, which overflows every 107 s, added up. */
uint32_t hal_ticks_us(void) {
  static uint32_t counted;
  static uint32_t microseconds;
  uint32_t now;
  __asm__ volatile("rsr.ccount %0" : "=r"(now));
  uint32_t passed = (now - counted) / CYCLES_PER_US;
  counted += passed * CYCLES_PER_US;
  microseconds += passed;
  return microseconds;
}

bool hal_slot_erase(uint32_t length) {
  if (length > board.slot_bytes) return false;
  memset(slot_start, ERASED, length);
  return true;
}

bool hal_slot_program(uint32_t offset, const uint8_t *bytes, uint32_t length) {
  if (offset > board.slot_bytes || length > board.slot_bytes - offset) return false;
  memcpy(slot_start + offset, bytes, length);
  return true;
}

static void say(const char *text) {
  const uint8_t *bytes = (const uint8_t *)text;
  uint32_t length = (uint32_t)strlen(text);
  for (uint32_t i = 0; i < SAY_TRIES && length != 0; i++) {
    uint32_t sent = line_send(bytes, length);
    bytes += sent;
    length -= sent;
  }
}

/* A defect of the firmware: say so where it can be seen, and start over. */
void on_fault(void) {
  say("\r\nedgeflash: the processor met a fault; restarting\r\n");
  chip_restart();
}

int main(void) {
  chip_begin();
  board = (hal_board){
    .id = "esp32",
    .ram = ram,
    .ram_bytes = sizeof ram,
    .slot = slot_start,
    .slot_bytes = (uint32_t)(slot_end - slot_start),
    .restart = chip_restart,
    .stack_limit = stack_limit,
  };
  say("edgeflash esp32\r\n");
  ef_init();
  for (;;) {
    uint8_t bytes[RECEIVE_BYTES];
    ef_feed(bytes, line_receive(bytes, sizeof bytes));
    ef_poll();
    hal_ticks_us();
  }
}

/*
 * The firmware on QEMU's riscv32 "virt" machine: 16550 UART, CLINT timer, and a model slot in RAM
 * that behaves like NOR flash. A virtual board: it stands for RV32IMC chips in tests, and its heap
 * figures are compared with the simulator's.
 */
#include <string.h>

#include "../../core/ef.h"
#include "../../hal.h"

#define MODEL_RAM_BYTES (1024u * 1024u)
#define SLOT_BYTES (2u * 1024u * 1024u)
#define ERASED 0xff

/* Memory map of hw/riscv/virt.c in QEMU. */
#define UART 0x10000000u
#define MTIME 0x0200bff8u
#define MTIME_PER_US 10u

/* 16550: registers are bytes. */
#define UART_DATA (*(volatile uint8_t *)(UART + 0))
#define UART_FIFO_CONTROL (*(volatile uint8_t *)(UART + 2))
#define UART_LINE_STATUS (*(volatile uint8_t *)(UART + 5))
#define FIFO_ENABLE 0x01u
#define LINE_DATA_READY 0x01u
#define LINE_TRANSMITTER_EMPTY 0x20u

/* Of link.ld: below it the native stack has no room left. */
extern const uint8_t stack_limit[];

static uint8_t ram[EF_CORE_BYTES + MODEL_RAM_BYTES] __attribute__((aligned(8)));
static uint8_t slot[EF_RECORD_BYTES + SLOT_BYTES] __attribute__((aligned(8)));
static const hal_board board = {
  .id = "rv32-virt",
  .ram = ram,
  .ram_bytes = sizeof ram,
  .slot = slot,
  .slot_bytes = sizeof slot,
  .stack_limit = stack_limit,
};

const hal_board *hal_board_info(void) { return &board; }

uint32_t hal_tx(const uint8_t *bytes, uint32_t length) {
  uint32_t sent = 0;
  while (sent < length && (UART_LINE_STATUS & LINE_TRANSMITTER_EMPTY) != 0) {
    UART_DATA = bytes[sent++];
  }
  return sent;
}

uint32_t hal_ticks_us(void) {
  volatile uint32_t *mtime = (volatile uint32_t *)MTIME;
  uint32_t high = mtime[1];
  uint32_t low = mtime[0];
  if (mtime[1] != high) low = 0; /* it passed a multiple of 2^32 just now */
  return (uint32_t)((((uint64_t)mtime[1] << 32) | low) / MTIME_PER_US);
}

bool hal_slot_erase(uint32_t length) {
  if (length > sizeof slot) return false;
  memset(slot, ERASED, length);
  return true;
}

bool hal_slot_program(uint32_t offset, const uint8_t *bytes, uint32_t length) {
  if (offset > sizeof slot || length > sizeof slot - offset) return false;
  for (uint32_t i = 0; i < length; i++) slot[offset + i] &= bytes[i];
  return true;
}

static void receive(void) {
  while ((UART_LINE_STATUS & LINE_DATA_READY) != 0) {
    uint8_t byte = UART_DATA;
    ef_feed(&byte, 1);
  }
}

int main(void) {
  UART_FIFO_CONTROL = FIFO_ENABLE;
  memset(slot, ERASED, sizeof slot);
  ef_init();
  ef_log("edgeflash rv32-virt\r\n");
  for (;;) {
    receive();
    ef_poll();
  }
}

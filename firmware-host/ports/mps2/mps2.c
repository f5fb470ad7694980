/*
 * Arm's MPS2 and MPS3 boards as QEMU models them: a CMSDK UART, polled, and RAM that behaves like
 * NOR flash (programming only clears bits) and keeps the model over a restart.
 *
 * The UART is polled, not interrupt-driven: QEMU holds bytes back until they are read, and a
 * prediction that nothing interrupts is counted to the instruction.
 */
#include "mps2.h"

#include <string.h>

#include "../../core/ef.h"
#include "../../hal.h"
#include "../cortex-m/cortex-m.h"

#define UART_DATA CM_REGISTER(UART_BASE)
#define UART_STATE CM_REGISTER(UART_BASE + 0x04u)
#define UART_CTRL CM_REGISTER(UART_BASE + 0x08u)
#define UART_BAUDDIV CM_REGISTER(UART_BASE + 0x10u)
#define STATE_TX_FULL 1u
#define STATE_RX_FULL 2u
#define CTRL_TX_RX 3u
#define BAUD_DIVISOR 217u /* 25 MHz / 115200 */
#define RX_BYTES_PER_POLL 16u
#define ERASED 0xff

CM_VECTORS const cm_handler mps2_vectors[] = { CM_EXCEPTIONS, cm_restart };

const char port_banner[] = BOARD_ID;
static hal_board board;

const hal_board *hal_board_info(void) { return &board; }

void port_start(void) {
  UART_BAUDDIV = BAUD_DIVISOR;
  UART_CTRL = CTRL_TX_RX;
  timer_start();
  board = (hal_board){
    .id = BOARD_ID,
    .ram = cm_ram,
    .ram_bytes = (uint32_t)(cm_ram_end - cm_ram),
    .slot = cm_slot,
    .slot_bytes = (uint32_t)(cm_slot_end - cm_slot),
    .restart = cm_restart,
    .stack_limit = cm_stack_limit,
  };
}

void port_poll(void) {
  uint8_t bytes[RX_BYTES_PER_POLL];
  uint32_t length = 0;
  while (length < RX_BYTES_PER_POLL && (UART_STATE & STATE_RX_FULL) != 0) {
    bytes[length++] = (uint8_t)UART_DATA;
  }
  ef_feed(bytes, length);
}

uint32_t hal_tx(const uint8_t *bytes, uint32_t length) {
  uint32_t sent = 0;
  while (sent < length && (UART_STATE & STATE_TX_FULL) == 0) UART_DATA = bytes[sent++];
  return sent;
}

bool hal_slot_erase(uint32_t length) {
  if (length > board.slot_bytes) return false;
  memset(cm_slot, ERASED, length);
  return true;
}

bool hal_slot_program(uint32_t offset, const uint8_t *bytes, uint32_t length) {
  if (offset > board.slot_bytes || length > board.slot_bytes - offset) return false;
  for (uint32_t i = 0; i < length; i++) cm_slot[offset + i] &= bytes[i];
  return true;
}

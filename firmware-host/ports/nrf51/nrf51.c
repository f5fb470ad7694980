/*
 * The BBC micro:bit (nRF51822, Cortex-M0): UART0 on the pins of its USB interface at 115200 baud,
 * received by interrupt; TIMER0 counts microseconds; the model lies in flash, in pages of 1 KB that
 * the non-volatile memory controller erases. nRF51 Series Reference Manual, chapters 6, 18, 29.
 */
#include <string.h>

#include "../../core/ef.h"
#include "../../hal.h"
#include "../cortex-m/cortex-m.h"

#define CLOCK_START CM_REGISTER(0x40000000u)
#define UART_START_RX CM_REGISTER(0x40002000u)
#define UART_START_TX CM_REGISTER(0x40002008u)
#define UART_RX_READY CM_REGISTER(0x40002108u)
#define UART_TX_READY CM_REGISTER(0x4000211Cu)
#define UART_INTENSET CM_REGISTER(0x40002304u)
#define UART_ENABLE CM_REGISTER(0x40002500u)
#define UART_PIN_TX CM_REGISTER(0x4000250Cu)
#define UART_PIN_RX CM_REGISTER(0x40002514u)
#define UART_RXD CM_REGISTER(0x40002518u)
#define UART_TXD CM_REGISTER(0x4000251Cu)
#define UART_BAUDRATE CM_REGISTER(0x40002524u)
#define UART_ENABLED 4u
#define UART_115200 0x01D7E000u
#define UART_IRQ 2u
#define INTERRUPT_RX (1u << 2)
#define PIN_TX 24u
#define PIN_RX 25u

#define TIMER_START CM_REGISTER(0x40008000u)
#define TIMER_CAPTURE CM_REGISTER(0x40008040u)
#define TIMER_BITMODE CM_REGISTER(0x40008508u)
#define TIMER_PRESCALER CM_REGISTER(0x40008510u)
#define TIMER_CC CM_REGISTER(0x40008540u)
#define BITMODE_32 3u
#define PRESCALER_1_MHZ 4u

#define NVMC_READY CM_REGISTER(0x4001E400u)
#define NVMC_CONFIG CM_REGISTER(0x4001E504u)
#define NVMC_ERASE_PAGE CM_REGISTER(0x4001E508u)
#define NVMC_READ_ONLY 0u
#define NVMC_WRITE 1u
#define NVMC_ERASE 2u
#define PAGE_BYTES 1024u
#define WAIT_TURNS 1000000u

static void receive(void) {
  while (UART_RX_READY != 0) {
    UART_RX_READY = 0;
    uint8_t byte = (uint8_t)UART_RXD;
    ef_feed(&byte, 1);
  }
}

CM_VECTORS const cm_handler nrf51_vectors[CM_INTERRUPT(UART_IRQ) + 1] = {
  CM_EXCEPTIONS,
  [CM_SYSTICK] = cm_restart,
  [CM_INTERRUPT(UART_IRQ)] = receive,
};

const char port_banner[] = BOARD_ID;
static hal_board board;
static bool is_sending;

const hal_board *hal_board_info(void) { return &board; }

void port_start(void) {
  CLOCK_START = 1;
  TIMER_BITMODE = BITMODE_32;
  TIMER_PRESCALER = PRESCALER_1_MHZ;
  TIMER_START = 1;
  UART_PIN_TX = PIN_TX;
  UART_PIN_RX = PIN_RX;
  UART_BAUDRATE = UART_115200;
  UART_ENABLE = UART_ENABLED;
  UART_START_RX = 1;
  UART_START_TX = 1;
  UART_INTENSET = INTERRUPT_RX;
  CM_NVIC_ISER(0) = 1u << UART_IRQ;
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

/* Bytes come by interrupt. */
void port_poll(void) {}

/* The transmitter takes a byte when it has reported the last one sent. */
uint32_t hal_tx(const uint8_t *bytes, uint32_t length) {
  uint32_t sent = 0;
  while (sent < length && (!is_sending || UART_TX_READY != 0)) {
    UART_TX_READY = 0;
    UART_TXD = bytes[sent++];
    is_sending = true;
  }
  return sent;
}

uint32_t hal_ticks_us(void) {
  TIMER_CAPTURE = 1;
  return TIMER_CC;
}

static bool is_ready(void) {
  for (uint32_t turn = 0; turn < WAIT_TURNS; turn++) {
    if (NVMC_READY != 0) return true;
  }
  return false;
}

bool hal_slot_erase(uint32_t length) {
  if (length > board.slot_bytes) return false;
  bool ok = is_ready();
  NVMC_CONFIG = NVMC_ERASE;
  for (uint32_t offset = 0; ok && offset < length; offset += PAGE_BYTES) {
    NVMC_ERASE_PAGE = (uint32_t)(uintptr_t)(cm_slot + offset);
    ok = is_ready();
  }
  NVMC_CONFIG = NVMC_READ_ONLY;
  return ok;
}

bool hal_slot_program(uint32_t offset, const uint8_t *bytes, uint32_t length) {
  if (offset > board.slot_bytes || length > board.slot_bytes - offset) return false;
  bool ok = is_ready();
  NVMC_CONFIG = NVMC_WRITE;
  for (uint32_t at = 0; ok && at < length; at += 4) {
    uint32_t word = UINT32_MAX;
    memcpy(&word, bytes + at, length - at < 4 ? length - at : 4);
    *cm_register((uintptr_t)cm_slot + offset + at) = word;
    ok = is_ready();
  }
  NVMC_CONFIG = NVMC_READ_ONLY;
  return ok;
}

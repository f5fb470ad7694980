/* UART0 at the 115,200 baud that the ROM has set, the watchdogs and the reset of the ESP32. */
#include "line.h"
#include "registers.h"

/* Bounds a wait that ends much earlier: 128 bytes leave the UART in 12 ms. */
#define UART_TRIES 1000000u

uint32_t line_send(const uint8_t *bytes, uint32_t length) {
  uint32_t sent = 0;
  while (sent < length && UART_TX_COUNT(UART_STATUS) < UART_FIFO_BYTES - 1) {
    UART_FIFO_OUT = bytes[sent++];
  }
  return sent;
}

static uint32_t received(void) {
  uint32_t pointers = UART_RX_POINTERS;
  uint32_t written = UART_RX_WRITTEN_AT(pointers);
  uint32_t read = UART_RX_READ_AT(pointers);
  if (written > read) return written - read;
  if (written < read) return written + UART_FIFO_BYTES - read;
  return UART_RX_COUNT(UART_STATUS) != 0 ? UART_FIFO_BYTES : 0;
}

uint32_t line_receive(uint8_t *bytes, uint32_t length) {
  uint32_t waiting = received();
  uint32_t taken = 0;
  while (taken < length && taken < waiting) bytes[taken++] = (uint8_t)UART_FIFO_IN;
  return taken;
}

void chip_begin(void) {
  RTC_WATCHDOG_KEY = WATCHDOG_KEY;
  RTC_WATCHDOG = 0;
  RTC_WATCHDOG_KEY = 0;
  TIMER0_WATCHDOG_KEY = WATCHDOG_KEY;
  TIMER0_WATCHDOG = 0;
  TIMER0_WATCHDOG_KEY = 0;
  TIMER1_WATCHDOG_KEY = WATCHDOG_KEY;
  TIMER1_WATCHDOG = 0;
  TIMER1_WATCHDOG_KEY = 0;
}

void chip_restart(void) {
  for (uint32_t i = 0; i < UART_TRIES && UART_TX_COUNT(UART_STATUS) != 0; i++) {
  }
  RTC_OPTIONS = RTC_SYSTEM_RESET;
  for (;;) {
  }
}

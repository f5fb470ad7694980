/*
 * The HAL of hal.h over ESP-IDF's UART driver and timer. The slot is a partition (slot-esp.c),
 * wasm3 allocates from the system's heap.
 */
#if defined(ESP_PLATFORM) && !defined(ARDUINO)

#include "ef_uart.h"

#include "core/ef.h"
#include "driver/uart.h"
#include "esp_heap_caps.h"
#include "esp_system.h"
#include "esp_timer.h"
#include "hal.h"
#include "slot.h"

#define RX_BUFFER_BYTES 4096
#define PIECE_BYTES 128u

#ifndef EDGEFLASH_BOARD_ID
#define EDGEFLASH_BOARD_ID "esp-idf"
#endif

static uint64_t core_ram[(EF_CORE_BYTES + 7u) / 8u];
static hal_board board;
static uart_port_t uart;

const hal_board *hal_board_info(void) { return &board; }
uint32_t hal_ticks_us(void) { return (uint32_t)esp_timer_get_time(); }

uint32_t hal_tx(const uint8_t *bytes, uint32_t length) {
  int sent = uart_tx_chars(uart, (const char *)bytes, length);
  return sent < 0 ? 0 : (uint32_t)sent;
}

bool ef_uart_begin(int port, int baud_rate, ef_callback predicted) {
  uart = (uart_port_t)port;
  if (uart_driver_install(uart, RX_BUFFER_BYTES, 0, 0, NULL, 0) != ESP_OK) return false;
  if (uart_set_baudrate(uart, (uint32_t)baud_rate) != ESP_OK) return false;
  board.id = EDGEFLASH_BOARD_ID;
  board.ram = (uint8_t *)core_ram;
  board.ram_bytes = EF_CORE_BYTES + (uint32_t)heap_caps_get_largest_free_block(MALLOC_CAP_8BIT);
  board.restart = esp_restart;
  slot_open(&board);
  ef_begin(predicted);
  return true;
}

bool ef_uart_poll(void) {
  uint8_t bytes[PIECE_BYTES];
  int taken = uart_read_bytes(uart, bytes, sizeof bytes, 0);
  if (taken > 0) ef_feed(bytes, (uint32_t)taken);
  return ef_poll() || taken > 0;
}

#else

typedef int ef_uart_is_for_esp_idf; /* C99 wants something in a file */

#endif

/*
 * The firmware as the image that the ESP32-C3's ROM loads from flash: no second bootloader and no
 * operating system. Talks on UART0 at the 115,200 baud that the ROM has set, and on
 * USB-Serial-JTAG; answers go to the line on which the last byte came.
 *
 * The clock stays as the ROM leaves it (the crystal), so no figure here depends on a PLL.
 */
#include <string.h>

#include "../../core/ef.h"
#include "../../hal.h"
#include "flash.h"
#include "registers.h"

/* Bounds of waits that end much earlier: 128 bytes leave the UART in 12 ms. */
#define SYSTIMER_TRIES 1000u
#define UART_TRIES 1000000u

/* What data and stack leave of RAM, rounded down (link.ld). */
#define MODEL_RAM_BYTES (240u * 1024u)

extern const uint8_t stack_limit[];
void software_reset(void);
void on_fault(void);

typedef enum { LINE_UART, LINE_USB } line;

static line answers_on = LINE_UART;
static uint8_t ram[EF_CORE_BYTES + MODEL_RAM_BYTES] __attribute__((section(".noinit"), aligned(8)));
static hal_board board;

const hal_board *hal_board_info(void) { return &board; }

static uint32_t send_uart(const uint8_t *bytes, uint32_t length) {
  uint32_t sent = 0;
  while (sent < length && UART_TX_COUNT(UART_STATUS) < UART_FIFO_BYTES - 1) {
    UART_FIFO = bytes[sent++];
  }
  return sent;
}

/* One packet; the FIFO takes the next when the host has fetched it. */
static uint32_t send_usb(const uint8_t *bytes, uint32_t length) {
  uint32_t sent = 0;
  while (sent < length && sent < USB_SEND_BYTES && (USB_FIFO_CONTROL & USB_CAN_WRITE) != 0) {
    USB_FIFO = bytes[sent++];
  }
  if (sent != 0) USB_FIFO_CONTROL = USB_FLUSH;
  return sent;
}

uint32_t hal_tx(const uint8_t *bytes, uint32_t length) {
  return answers_on == LINE_USB ? send_usb(bytes, length) : send_uart(bytes, length);
}

uint32_t hal_ticks_us(void) {
  SYSTIMER_COMMAND = SYSTIMER_UPDATE;
  for (uint32_t i = 0; i < SYSTIMER_TRIES && (SYSTIMER_COMMAND & SYSTIMER_VALID) == 0; i++) {
  }
  uint32_t low = SYSTIMER_LOW >> SYSTIMER_TICKS_LOG2_PER_US;
  return low | (SYSTIMER_HIGH << (32u - SYSTIMER_TICKS_LOG2_PER_US));
}

static void receive(void) {
  for (uint32_t left = UART_RX_COUNT(UART_STATUS); left != 0; left--) {
    uint8_t byte = (uint8_t)UART_FIFO;
    answers_on = LINE_UART;
    ef_feed(&byte, 1);
  }
  for (uint32_t left = USB_PACKET_BYTES; left != 0 && (USB_FIFO_CONTROL & USB_CAN_READ) != 0;
       left--) {
    uint8_t byte = (uint8_t)USB_FIFO;
    answers_on = LINE_USB;
    ef_feed(&byte, 1);
  }
}

/* The ROM starts watchdogs for the bootloader that it expects. */
static void stop_watchdogs(void) {
  RTC_WATCHDOG_KEY = WATCHDOG_KEY;
  RTC_WATCHDOG = 0;
  RTC_WATCHDOG_KEY = 0;
  SUPER_WATCHDOG_KEY = SUPER_WATCHDOG_UNLOCK;
  SUPER_WATCHDOG |= SUPER_WATCHDOG_AUTO_FEED;
  SUPER_WATCHDOG_KEY = 0;
  TIMER0_WATCHDOG_KEY = WATCHDOG_KEY;
  TIMER0_WATCHDOG = 0;
  TIMER0_WATCHDOG_KEY = 0;
  TIMER1_WATCHDOG_KEY = WATCHDOG_KEY;
  TIMER1_WATCHDOG = 0;
  TIMER1_WATCHDOG_KEY = 0;
}

static void say(const char *text) {
  const uint8_t *bytes = (const uint8_t *)text;
  uint32_t length = (uint32_t)strlen(text);
  send_usb(bytes, length);
  for (uint32_t i = 0; i < UART_TRIES && length != 0; i++) {
    uint32_t sent = send_uart(bytes, length);
    bytes += sent;
    length -= sent;
  }
}

/* Lets the last reply leave before the reset takes the UART away. */
static void restart(void) {
  for (uint32_t i = 0; i < UART_TRIES && UART_TX_COUNT(UART_STATUS) != 0; i++) {
  }
  software_reset();
}

/* A defect of the firmware: say so where it can be seen, and start over. */
void on_fault(void) {
  say("\r\nedgeflash: the processor met a fault; restarting\r\n");
  restart();
}

int main(void) {
  stop_watchdogs();
  board = (hal_board){
    .id = "esp32c3",
    .ram = ram,
    .ram_bytes = sizeof ram,
    .slot_bytes = flash_begin() ? FLASH_SLOT_BYTES : 0,
    .read_slot = flash_read,
    .restart = restart,
    .stack_limit = stack_limit,
  };
  say("edgeflash esp32c3\r\n");
  ef_init();
  for (;;) {
    receive();
    ef_poll();
  }
}

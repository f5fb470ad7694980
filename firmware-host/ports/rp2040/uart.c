/*
 * UART0 (a PL011) on GPIO 0 and 1, 115200 baud, 8N1, with its FIFOs: the pins of a Pico's default
 * serial port. RP2040 Datasheet, sections 2.19 (GPIO) and 4.2 (UART).
 */
#include "chip.h"
#include "link.h"

#define IO_GPIO0_CTRL 0x40014004u
#define IO_GPIO1_CTRL 0x4001400Cu
#define FUNCTION_UART 2u
#define PADS_GPIO1 0x4001C008u
/* Input enabled, 4 mA, Schmitt trigger, pulled up: an open line is silent. */
#define PAD_INPUT_PULLED_UP 0x5Au

#define UART0 0x40034000u
#define UART_DR (UART0 + 0x00u)
#define UART_FR (UART0 + 0x18u)
#define UART_IBRD (UART0 + 0x24u)
#define UART_FBRD (UART0 + 0x28u)
#define UART_LCR_H (UART0 + 0x2Cu)
#define UART_CR (UART0 + 0x30u)
#define UART_IMSC (UART0 + 0x38u)
#define UART_ICR (UART0 + 0x44u)
#define FR_TX_FULL (1u << 5)
#define FR_BUSY (1u << 3)
#define FR_RX_EMPTY (1u << 4)
#define LCR_8N1_FIFO (3u << 5 | 1u << 4)
#define CR_ENABLE (1u << 9 | 1u << 8 | 1u << 0)
#define INT_RX (1u << 4)
#define INT_RX_TIMEOUT (1u << 6)
#define FIFO_BYTES 32u

#define BAUD_HZ 115200u
/* In 64ths, rounded: clk_peri / (16 * baud). */
#define DIVISOR ((CLK_SYS_HZ * 4u + BAUD_HZ / 2u) / BAUD_HZ)

void uart_start(void) {
  REG(IO_GPIO0_CTRL) = FUNCTION_UART;
  REG(IO_GPIO1_CTRL) = FUNCTION_UART;
  REG(PADS_GPIO1) = PAD_INPUT_PULLED_UP;
  REG(UART_IBRD) = DIVISOR / 64u;
  REG(UART_FBRD) = DIVISOR % 64u;
  REG(UART_LCR_H) = LCR_8N1_FIFO; /* also makes the divisors count */
  REG(UART_CR) = CR_ENABLE;
  REG(UART_IMSC) = INT_RX | INT_RX_TIMEOUT;
  irq_enable(IRQ_UART0);
}

uint32_t uart_send(const uint8_t *bytes, uint32_t length) {
  uint32_t sent = 0;
  while (sent < length && (REG(UART_FR) & FR_TX_FULL) == 0) REG(UART_DR) = bytes[sent++];
  return sent;
}

bool uart_is_idle(void) { return (REG(UART_FR) & FR_BUSY) == 0; }

void uart_interrupt(void) {
  uint8_t bytes[FIFO_BYTES];
  uint32_t length = 0;
  REG(UART_ICR) = INT_RX | INT_RX_TIMEOUT;
  while (length < FIFO_BYTES && (REG(UART_FR) & FR_RX_EMPTY) == 0) {
    bytes[length++] = (uint8_t)REG(UART_DR);
  }
  link_received(LINK_UART, bytes, length);
}

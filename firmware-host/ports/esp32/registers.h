/*
 * The registers of the ESP32 that this port uses, by the names and addresses of ESP-IDF's
 * components/soc/esp32/include/soc (uart_reg.h, rtc_cntl_reg.h, timer_group_reg.h).
 *
 * The UART's FIFO is read on one bus and written on the other, as ESP-IDF does (uart_ll.h): writes
 * on the first may be lost, and there the count of received bytes has to be told from the pointers.
 */
#ifndef EDGEFLASH_ESP32_REGISTERS_H
#define EDGEFLASH_ESP32_REGISTERS_H

#include <stdint.h>

#define REGISTER(address) (*(volatile uint32_t *)(address))

#define UART_FIFO_IN REGISTER(0x3ff40000u)
#define UART_FIFO_OUT REGISTER(0x60000000u)
#define UART_STATUS REGISTER(0x3ff4001cu)
#define UART_RX_COUNT(status) ((status) & 0xffu)
#define UART_TX_COUNT(status) (((status) >> 16) & 0xffu)
#define UART_RX_POINTERS REGISTER(0x3ff40060u)
#define UART_RX_READ_AT(pointers) (((pointers) >> 2) & 0x7ffu)
#define UART_RX_WRITTEN_AT(pointers) (((pointers) >> 13) & 0x7ffu)
#define UART_FIFO_BYTES 128u

#define RTC_OPTIONS REGISTER(0x3ff48000u)
#define RTC_SYSTEM_RESET 0x80000000u
#define RTC_WATCHDOG REGISTER(0x3ff4808cu)
#define RTC_WATCHDOG_KEY REGISTER(0x3ff480a4u)
#define TIMER0_WATCHDOG REGISTER(0x3ff5f048u)
#define TIMER0_WATCHDOG_KEY REGISTER(0x3ff5f064u)
#define TIMER1_WATCHDOG REGISTER(0x3ff60048u)
#define TIMER1_WATCHDOG_KEY REGISTER(0x3ff60064u)
#define WATCHDOG_KEY 0x50d83aa1u

#endif

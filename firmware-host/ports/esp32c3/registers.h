/*
 * The registers of the ESP32-C3 that this port uses, by the names and addresses of ESP-IDF's
 * components/soc/esp32c3/include/soc (uart_reg.h, rtc_cntl_reg.h, timer_group_reg.h,
 * systimer_reg.h, usb_serial_jtag_reg.h).
 */
#ifndef EDGEFLASH_ESP32C3_REGISTERS_H
#define EDGEFLASH_ESP32C3_REGISTERS_H

#include <stdint.h>

#define REGISTER(address) (*(volatile uint32_t *)(address))

#define UART_FIFO REGISTER(0x60000000u)
#define UART_STATUS REGISTER(0x6000001cu)
#define UART_RX_COUNT(status) ((status) & 0x3ffu)
#define UART_TX_COUNT(status) (((status) >> 16) & 0x3ffu)
#define UART_FIFO_BYTES 128u

#define USB_FIFO REGISTER(0x60043000u)
#define USB_FIFO_CONTROL REGISTER(0x60043004u)
#define USB_FLUSH 0x1u
#define USB_CAN_WRITE 0x2u
#define USB_CAN_READ 0x4u
#define USB_PACKET_BYTES 64u
/* A full packet would make the host wait for another; a shorter one ends the transfer. */
#define USB_SEND_BYTES (USB_PACKET_BYTES - 1u)

#define RTC_WATCHDOG REGISTER(0x60008090u)
#define RTC_WATCHDOG_KEY REGISTER(0x600080a8u)
#define SUPER_WATCHDOG REGISTER(0x600080acu)
#define SUPER_WATCHDOG_AUTO_FEED 0x80000000u
#define SUPER_WATCHDOG_KEY REGISTER(0x600080b0u)
#define TIMER0_WATCHDOG REGISTER(0x6001f048u)
#define TIMER0_WATCHDOG_KEY REGISTER(0x6001f064u)
#define TIMER1_WATCHDOG REGISTER(0x60020048u)
#define TIMER1_WATCHDOG_KEY REGISTER(0x60020064u)
#define WATCHDOG_KEY 0x50d83aa1u
#define SUPER_WATCHDOG_UNLOCK 0x8f1d312au

/* 16 MHz, whatever the CPU's clock. */
#define SYSTIMER_COMMAND REGISTER(0x60023004u)
#define SYSTIMER_UPDATE 0x40000000u
#define SYSTIMER_VALID 0x20000000u
#define SYSTIMER_HIGH REGISTER(0x60023040u)
#define SYSTIMER_LOW REGISTER(0x60023044u)
#define SYSTIMER_TICKS_LOG2_PER_US 4u

#endif

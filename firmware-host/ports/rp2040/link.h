/*
 * The two lines to a host: USB (a CDC serial port) and UART0. Both are always on; the board answers
 * on the one that it last heard from. Reception is by interrupts of one priority, so the core's
 * ring has a single producer at a time, and the USB host is answered while a model runs.
 */
#ifndef EDGEFLASH_RP2040_LINK_H
#define EDGEFLASH_RP2040_LINK_H

#include <stdbool.h>
#include <stdint.h>

typedef enum { LINK_UART, LINK_USB } link_id;

/* Bytes from a host; called by the interrupt handlers. */
void link_received(link_id link, const uint8_t *bytes, uint32_t length);

void uart_start(void);
uint32_t uart_send(const uint8_t *bytes, uint32_t length);
bool uart_is_idle(void);
void uart_interrupt(void);

void usb_start(void);
uint32_t usb_send(const uint8_t *bytes, uint32_t length);
bool usb_is_idle(void);
void usb_interrupt(void);

#endif

/*
 * The serial line and the reset of the chip: UART0 (uart.c), or, where tests run this port on an
 * emulated core without the chip's devices, the emulator's console (../esp32-core).
 */
#ifndef EDGEFLASH_ESP32_LINE_H
#define EDGEFLASH_ESP32_LINE_H

#include <stdint.h>

/* Both take or give as many bytes as they can without waiting, and return how many. */
uint32_t line_send(const uint8_t *bytes, uint32_t length);
uint32_t line_receive(uint8_t *bytes, uint32_t length);

/* Stops what the ROM has started. */
void chip_begin(void);

/* Lets what was sent leave, and starts over. */
void chip_restart(void);

#endif

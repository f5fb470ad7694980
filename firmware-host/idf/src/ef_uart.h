/*
 * edgeflash over a UART of an ESP-IDF application (examples/predict). What the model does is in
 * core/edgeflash.h.
 */
#ifndef EDGEFLASH_UART_H
#define EDGEFLASH_UART_H

#include <stdbool.h>

#include "core/edgeflash.h"

/* Installs the driver of UART `port` and starts; `predicted` may be NULL. */
bool ef_uart_begin(int port, int baud_rate, ef_callback predicted);

/* Does a piece of work; false when there was nothing to do: let other tasks run. */
bool ef_uart_poll(void);

#endif

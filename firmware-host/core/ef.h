/*
 * edgeflash firmware core: what a port calls. The core is a state machine that never waits:
 * ef_feed takes received bytes (also from an interrupt handler), ef_poll does at most one frame's
 * work, or one prediction, and returns.
 *
 * All of its memory is one static block; the model's memory is the HAL's (hal.h).
 */
#ifndef EDGEFLASH_EF_H
#define EDGEFLASH_EF_H

#include <stdbool.h>
#include <stdint.h>

void ef_init(void);

/* Queues received bytes; returns how many fitted. The rest is lost, as on any overrun UART. */
uint32_t ef_feed(const uint8_t *bytes, uint32_t length);

/* Does a piece of work; false when there is nothing to do until more bytes come. */
bool ef_poll(void);

/* Sends text on the same wire, outside frames; dropped when the wire is busy. */
void ef_log(const char *text);

#endif

/*
 * edgeflash firmware core: what a port calls. The core is a state machine that never waits:
 * ef_feed takes received bytes (also from an interrupt handler), ef_poll (edgeflash.h) does at most
 * one frame's work, or one prediction, and returns.
 *
 * All of its memory is the beginning of the board's block of RAM (hal.h).
 */
#ifndef EDGEFLASH_EF_H
#define EDGEFLASH_EF_H

#include "edgeflash.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Starts, and loads the model that the slot holds. Bytes fed before are lost. */
void ef_init(void);

/* Queues received bytes; returns how many fitted. The rest is lost, as on any overrun UART. */
uint32_t ef_feed(const uint8_t *bytes, uint32_t length);

/* Sends text on the same wire, outside frames; dropped when the wire is busy. */
void ef_log(const char *text);

#ifdef __cplusplus
}
#endif

#endif

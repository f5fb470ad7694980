/*
 * Where a maker's build keeps the model: a partition of an ESP's flash (slot-esp.c), or RAM where
 * nothing better is known (slot-ram.c). Each also implements hal_slot_erase and hal_slot_program.
 */
#ifndef EDGEFLASH_SLOT_OPEN_H
#define EDGEFLASH_SLOT_OPEN_H

#include "hal.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Fills in the members of `board` that say where the slot is; it has 0 bytes when there is none. */
void slot_open(hal_board *board);

#ifdef __cplusplus
}
#endif

#endif

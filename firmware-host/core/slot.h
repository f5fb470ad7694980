/*
 * The model slot in flash: a record that says what is stored, then the artifact. The record is the
 * last thing programmed and the first erased, so power may fail at any moment: what a restart finds
 * is a whole model or none. A second slot and the journal that chooses between them belong behind
 * these functions.
 *
 * Offsets are those of the artifact.
 */
#ifndef EDGEFLASH_SLOT_H
#define EDGEFLASH_SLOT_H

#include <stdbool.h>

#include "offer.h"

/* The largest artifact. */
uint32_t ef_slot_bytes(void);

ef_refusal ef_slot_erase(const ef_offer *offer);
ef_refusal ef_slot_write(uint32_t offset, const uint8_t *bytes, uint32_t length);

/* Compares the CRC of what the flash now holds with the offered one. */
ef_refusal ef_slot_verify(const ef_offer *offer);

/* Writes the record: from now on a restart finds the artifact. */
ef_refusal ef_slot_seal(const ef_offer *offer);

/* The offer in the record, checked like any other; false when there is none. */
bool ef_slot_recall(ef_offer *offer);

/* Erases the record, if there is one. */
void ef_slot_forget(void);

/* Where an offset is mapped; NULL when flash is not, and ef_slot_read copies from it. */
const uint8_t *ef_slot_at(uint32_t offset);
bool ef_slot_read(uint32_t offset, uint8_t *to, uint32_t length);

#endif

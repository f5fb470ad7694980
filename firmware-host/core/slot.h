/*
 * The model slot: where an artifact is stored, in flash. One slot today; a second one and the
 * journal that chooses between them belong behind these functions.
 */
#ifndef EDGEFLASH_SLOT_H
#define EDGEFLASH_SLOT_H

#include "offer.h"
#include "module.h"

ef_refusal ef_slot_erase(const ef_offer *offer);
ef_refusal ef_slot_write(uint32_t offset, const uint8_t *bytes, uint32_t length);

/* Computes the CRC of what the flash now holds, and reads the module in place. */
ef_refusal ef_slot_open(const ef_offer *offer, ef_module *module);

#endif

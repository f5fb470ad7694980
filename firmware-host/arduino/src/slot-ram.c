/*
 * The model slot in RAM, for boards whose flash this package does not know: the model is there
 * until the board restarts. EDGEFLASH_SLOT_BYTES is its size.
 */
#include "slot.h"

#if !defined(ESP_PLATFORM)

#include <string.h>

#ifndef EDGEFLASH_SLOT_BYTES
#define EDGEFLASH_SLOT_BYTES 65536u
#endif

#define ERASED 0xff

static uint64_t slot[EDGEFLASH_SLOT_BYTES / 8u];
static uint8_t *const bytes_of_slot = (uint8_t *)slot;

void slot_open(hal_board *board) {
  memset(slot, ERASED, sizeof slot);
  board->slot = bytes_of_slot;
  board->slot_bytes = sizeof slot;
}

bool hal_slot_erase(uint32_t length) {
  if (length > sizeof slot) return false;
  memset(slot, ERASED, length);
  return true;
}

bool hal_slot_program(uint32_t offset, const uint8_t *bytes, uint32_t length) {
  if (offset > sizeof slot || length > sizeof slot - offset) return false;
  memcpy(bytes_of_slot + offset, bytes, length);
  return true;
}

#else

typedef int slot_is_a_partition; /* C99 wants something in a file */

#endif

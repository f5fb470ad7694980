/*
 * What the firmware core needs from a chip, and nothing more. A port implements these functions and
 * calls ef_init, ef_feed and ef_poll (core/ef.h); the core never blocks and never calls libc's
 * allocator. Received bytes are pushed with ef_feed, so an interrupt handler can be the caller.
 *
 * Invariant: everything the core knows of sizes comes from hal_board, nothing from a constant.
 */
#ifndef EDGEFLASH_HAL_H
#define EDGEFLASH_HAL_H

#include <stdbool.h>
#include <stdint.h>

typedef struct {
  const char *id;
  uint8_t *heap;        /* RAM left for one model: runtime structures and linear memory.
                           At an address of 4 mod 8 none of it is lost to alignment. */
  uint32_t heap_bytes;
  const uint8_t *slot;  /* the model slot, memory-mapped; 8-byte aligned */
  uint32_t slot_bytes;
} hal_board;

const hal_board *hal_board_info(void);

/* Takes as many bytes as it can without waiting; returns how many. */
uint32_t hal_tx(const uint8_t *bytes, uint32_t length);

uint32_t hal_ticks_us(void);

/* Erases at least the first `length` bytes of the slot to 0xFF. */
bool hal_slot_erase(uint32_t length);

/* Programs erased bytes; `offset` is a multiple of EF_PROGRAM_BYTES (core/offer.h). */
bool hal_slot_program(uint32_t offset, const uint8_t *bytes, uint32_t length);

#endif

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

#include "core/limits.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
  const char *id;

  /* The one block of RAM: the core takes EF_CORE_BYTES of it for link buffers and state, the rest
     is for one model. 8-byte aligned, and then no byte of it is lost. */
  uint8_t *ram;
  uint32_t ram_bytes;

  /* The model slot in flash: a record of EF_RECORD_BYTES, then the artifact. `slot` is its address
     where flash is memory-mapped (8-byte aligned), else NULL, and read_slot copies from it. */
  const uint8_t *slot;
  uint32_t slot_bytes;
  bool (*read_slot)(uint32_t offset, uint8_t *to, uint32_t length);

  /* Optional, NULL when there is none: restarts the chip (without it the core starts over), and the
     lowest address that the native stack may reach (without it calls of a model nest unchecked). */
  void (*restart)(void);
  const uint8_t *stack_limit;
} hal_board;

/* Only the members a port has need be named: initialise with designators. */
const hal_board *hal_board_info(void);

/* Takes as many bytes as it can without waiting; returns how many. */
uint32_t hal_tx(const uint8_t *bytes, uint32_t length);

uint32_t hal_ticks_us(void);

/*
 * Erases at least the first `length` bytes of the slot to 0xFF, from its beginning upwards: the
 * record goes first, so a cut in between leaves no record of a half-erased artifact.
 */
bool hal_slot_erase(uint32_t length);

/* Programs erased bytes; `offset` is a multiple of EF_PROGRAM_BYTES, `length` is any. */
bool hal_slot_program(uint32_t offset, const uint8_t *bytes, uint32_t length);

#ifdef __cplusplus
}
#endif

#endif

/*
 * The allocator the runtime uses, over the board's block of RAM for models. First fit, headers of
 * 4 bytes, blocks of 8: because first fit does not look at the block's end, a heap of exactly
 * ef_heap_peak() bytes serves the same requests at the same addresses, so the peak measured on a
 * large heap is the size of the smallest heap that suffices, on every chip with 32-bit pointers.
 */
#ifndef EDGEFLASH_HEAP_H
#define EDGEFLASH_HEAP_H

#include <stddef.h>
#include <stdint.h>

/* Takes the block over; at an address of 4 mod 8 none of it is lost to alignment. */
void ef_heap_init(uint8_t *block, uint32_t bytes);

/* Forgets every allocation: unloading a model is this, and nothing can leak. */
void ef_heap_reset(void);

/* Zeroed memory, or NULL. wasm3 is compiled with calloc, realloc and free renamed to these. */
void *ef_calloc(size_t count, size_t size);
void *ef_realloc(void *memory, size_t size);
void ef_free(void *memory);

uint32_t ef_heap_bytes(void); /* of the block */
uint32_t ef_heap_used(void);  /* bytes in use now, headers included */
uint32_t ef_heap_peak(void);  /* highest end of a block since the reset */
uint32_t ef_heap_short(void); /* heap bytes the first request refused would have needed, or 0 */

#endif

/*
 * Which chunks of a blob have arrived: everything before `next`, and a map of the 32 after it.
 *
 * Chunks go straight to their place (flash slot or linear memory), so selective repeat costs these
 * 16 bytes and no reordering buffer. A chunk that arrives twice is acknowledged and not placed
 * again: flash is programmed once, and a model's inputs are not overwritten after it has run.
 */
#ifndef EDGEFLASH_TRANSFER_H
#define EDGEFLASH_TRANSFER_H

#include <stdbool.h>
#include <stdint.h>

#define EF_WINDOW_CHUNKS 32u

typedef struct {
  uint32_t total_bytes;
  uint32_t chunk_bytes;
  uint32_t next; /* first chunk not yet received */
  uint32_t map;  /* bit i: chunk next + i received; bit 0 is never set */
} ef_transfer;

typedef enum { EF_CHUNK_NEW, EF_CHUNK_SEEN, EF_CHUNK_INVALID } ef_chunk;

void ef_transfer_begin(ef_transfer *transfer, uint32_t total_bytes, uint32_t chunk_bytes);
uint32_t ef_transfer_chunks(const ef_transfer *transfer);
ef_chunk ef_transfer_place(const ef_transfer *transfer, uint32_t offset, uint32_t length);
void ef_transfer_mark(ef_transfer *transfer, uint32_t offset);
bool ef_transfer_is_complete(const ef_transfer *transfer);

#endif

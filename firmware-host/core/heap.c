/*
 * First-fit allocation over one block. A block is a 32-bit header (size, and whether it is used)
 * and its payload; blocks tile the heap, free neighbours are merged when a search meets them.
 *
 * Invariant: the sizes of all blocks add up to heap.bytes, each a multiple of 8; headers lie at
 * addresses = 4 mod 8, so payloads are aligned for 64-bit values.
 */
#include "heap.h"

#include "limits.h"

#if !EF_SYSTEM_HEAP

#include <stdbool.h>
#include <string.h>

#define HEADER_BYTES 4u
#define GRAIN_BYTES 8u
#define USED 1u

static struct {
  uint8_t *block;
  uint32_t given;
  uint32_t bytes;
  uint32_t used;
  uint32_t peak;
  uint32_t short_of;
} heap;

static uint32_t *header_at(uint32_t offset) {
  return (uint32_t *)(void *)(heap.block + offset);
}

static uint32_t size_at(uint32_t offset) {
  return *header_at(offset) & ~USED;
}

static bool is_used(uint32_t offset) {
  return (*header_at(offset) & USED) != 0;
}

void ef_heap_init(uint8_t *block, uint32_t bytes) {
  uint32_t skip = (uint32_t)(HEADER_BYTES - (uintptr_t)block) % GRAIN_BYTES;
  heap.given = bytes;
  heap.block = block + skip;
  heap.bytes = bytes < skip + GRAIN_BYTES ? 0 : (bytes - skip) & ~(GRAIN_BYTES - 1);
  ef_heap_reset();
}

void ef_heap_reset(void) {
  heap.used = 0;
  heap.peak = 0;
  heap.short_of = 0;
  if (heap.bytes != 0) *header_at(0) = heap.bytes;
}

static void merge_following(uint32_t offset) {
  uint32_t size = size_at(offset);
  while (offset + size < heap.bytes && !is_used(offset + size)) size += size_at(offset + size);
  *header_at(offset) = size;
}

static void *take(uint32_t offset, uint32_t size) {
  uint32_t rest = size_at(offset) - size;
  *header_at(offset) = size | USED;
  if (rest != 0) *header_at(offset + size) = rest;
  heap.used += size;
  if (offset + size > heap.peak) heap.peak = offset + size;
  void *payload = heap.block + offset + HEADER_BYTES;
  memset(payload, 0, size - HEADER_BYTES);
  return payload;
}

static void *refuse(uint32_t end_of_used, uint64_t size) {
  uint64_t needed = end_of_used + size;
  if (heap.short_of == 0) heap.short_of = needed > UINT32_MAX ? UINT32_MAX : (uint32_t)needed;
  return NULL;
}

void *ef_calloc(size_t count, size_t item_size) {
  uint64_t wanted = (uint64_t)count * item_size + HEADER_BYTES;
  uint64_t size = (wanted + GRAIN_BYTES - 1) & ~(uint64_t)(GRAIN_BYTES - 1);
  uint32_t end_of_used = 0;
  for (uint32_t offset = 0; offset < heap.bytes; offset += size_at(offset)) {
    if (is_used(offset)) {
      end_of_used = offset + size_at(offset);
      continue;
    }
    merge_following(offset);
    if (size_at(offset) >= size) return take(offset, (uint32_t)size);
  }
  return refuse(end_of_used, size);
}

void ef_free(void *memory) {
  if (memory == NULL) return;
  uint32_t offset = (uint32_t)((uint8_t *)memory - heap.block) - HEADER_BYTES;
  heap.used -= size_at(offset);
  *header_at(offset) = size_at(offset);
}

void *ef_realloc(void *memory, size_t size) {
  if (memory == NULL) return ef_calloc(1, size);
  uint32_t held = size_at((uint32_t)((uint8_t *)memory - heap.block) - HEADER_BYTES) - HEADER_BYTES;
  if (size <= held) return memory;
  void *moved = ef_calloc(1, size);
  if (moved == NULL) return NULL;
  memcpy(moved, memory, held);
  ef_free(memory);
  return moved;
}

uint32_t ef_heap_bytes(void) { return heap.given; }
uint32_t ef_heap_used(void) { return heap.used; }
uint32_t ef_heap_peak(void) { return heap.peak; }
uint32_t ef_heap_short(void) { return heap.short_of; }

#else

typedef int ef_heap_is_the_systems; /* C99 wants something in a file */

#endif

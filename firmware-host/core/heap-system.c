/*
 * heap.h over the C library's allocator, for builds whose wasm3 is a library of somebody else's
 * (Arduino, PlatformIO, ESP-IDF): it allocates there already. What a model took is then not known,
 * so the figures are 0, and a refusal for want of memory cannot say how much was missing.
 */
#include "heap.h"

#include "limits.h"

#if EF_SYSTEM_HEAP

#include <stdlib.h>

static uint32_t given;

void ef_heap_init(uint8_t *block, uint32_t bytes) {
  (void)block;
  given = bytes;
}

void ef_heap_reset(void) {}
void *ef_calloc(size_t count, size_t size) { return calloc(count, size); }
void *ef_realloc(void *memory, size_t size) { return realloc(memory, size); }
void ef_free(void *memory) { free(memory); }
uint32_t ef_heap_bytes(void) { return given; }
uint32_t ef_heap_used(void) { return 0; }
uint32_t ef_heap_peak(void) { return 0; }
uint32_t ef_heap_short(void) { return 0; }

#else

typedef int ef_heap_is_in_heap_c; /* C99 wants something in a file */

#endif

/*
 * What the firmware itself reads of a .wasm file before the runtime sees it: that its sections are
 * where they say, that it asks for nothing but ABI 1, how much memory it claims, and where the
 * weights lie. Wasm specification 1.0, section 5.5 (binary format of modules).
 *
 * Invariant: weights stay in flash. `code` is the file up to its last section that is not custom:
 * in flash where that is mapped, else a copy on the heap, which only translation needs.
 */
#ifndef EDGEFLASH_MODULE_H
#define EDGEFLASH_MODULE_H

#include <stdint.h>

#include "refusal.h"

typedef struct {
  const uint8_t *bytes;
  uint32_t length;
} ef_span;

/* Bytes of the artifact in the slot (ef_slot_read). */
typedef struct {
  uint32_t offset;
  uint32_t length;
} ef_extent;

typedef struct {
  ef_span code;
  uint8_t *copy;        /* of the code, or NULL */
  ef_extent weights;    /* custom section edgeflash.weights; empty when there is none */
  uint32_t memory_pages;
  uint32_t heap_base;   /* value of the exported global __heap_base: exact bytes of memory used */
  uint32_t input_rows;  /* of __input_rows: the input arrives in so many pieces; 0: at once */
} ef_module;

/* Reads the artifact of `length` bytes in the slot. ef_module_close follows, whatever it says. */
ef_refusal ef_module_open(ef_module *module, uint32_t length);

/* Frees the copy of the code: the runtime has translated it. */
void ef_module_close(ef_module *module);

#endif

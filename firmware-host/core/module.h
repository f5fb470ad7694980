/*
 * What the firmware itself reads of a .wasm file before the runtime sees it: that its sections are
 * where they say, that it asks for nothing but ABI 1, how much memory it claims, and where the
 * weights lie. Wasm specification 1.0, section 5.5 (binary format of modules).
 */
#ifndef EDGEFLASH_MODULE_H
#define EDGEFLASH_MODULE_H

#include <stdint.h>

#include "refusal.h"

typedef struct {
  const uint8_t *bytes;
  uint32_t length;
} ef_span;

typedef struct {
  ef_span file;
  ef_span weights;      /* custom section edgeflash.weights; empty when there is none */
  uint32_t memory_pages;
  uint32_t heap_base;   /* value of the exported global __heap_base: exact bytes of memory used */
} ef_module;

ef_refusal ef_module_read(ef_module *module, const uint8_t *bytes, uint32_t length);

#endif

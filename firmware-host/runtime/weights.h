/*
 * The two host imports of ABI 1 (kernels-as/abi.ts), independent of the runtime: how kernels pull
 * bytes of the weights section, which stays in flash, into linear memory. Flash need not be
 * mapped: a tile is then read into the end of its own target and expanded in place.
 *
 * Invariant: both ranges are checked, in 64 bits, before the first byte moves; false means trap.
 */
#ifndef EDGEFLASH_WEIGHTS_H
#define EDGEFLASH_WEIGHTS_H

#include <stdbool.h>
#include <stdint.h>

#include "../core/module.h"

typedef struct {
  uint8_t *bytes;
  uint32_t length;
} ef_memory;

bool ef_weights_copy(ef_memory memory, ef_extent weights, uint32_t to, uint32_t from,
                     uint32_t length);

typedef struct {
  uint32_t to;
  uint32_t from;
  uint32_t triples;
  uint32_t lane_bits;
  uint32_t raw_bytes;
} ef_tile;

bool ef_weights_tile(ef_memory memory, ef_extent weights, const ef_tile *tile);

#endif

/*
 * weights() copies; tile() expands triples of int8 (w0 w1 w2) to little-endian 64-bit words
 *   w0 + (w1 << laneBits) + (w2 << 2 * laneBits)
 * so that one 64-bit multiply by an activation makes three products in separate lanes, then appends
 * raw bytes. The sum is a signed one: a negative w0 borrows from the lane above, as the kernels
 * expect. Chips are little-endian, as WebAssembly is.
 */
#include "weights.h"

#include <string.h>

#include "../core/slot.h"

#define TRIPLE_BYTES 3u
#define WORD_BYTES 8u
#define LANE_BITS_MIN 16u /* 2 * 16 = 32: the third lane lies in the word's upper half */
#define LANE_BITS_MAX 28u /* 2 * 28 + 8 = 64 */

static bool is_within(uint64_t offset, uint64_t length, uint64_t limit) {
  return length <= limit && offset <= limit - length;
}

bool ef_weights_copy(ef_memory memory, ef_extent weights, uint32_t to, uint32_t from,
                     uint32_t length) {
  if (!is_within(to, length, memory.length)) return false;
  if (!is_within(from, length, weights.length)) return false;
  return length == 0 || ef_slot_read(weights.offset + from, memory.bytes + to, length);
}

/* A word may be written where source bytes lie, but never before they are read: word i ends at
   8 (i + 1), the bytes of triple i + 1 begin at 5 triples + 3 (i + 1), and i < triples.
   Products by powers of two instead of 64-bit shifts: one instruction on most chips. */
static void expand(uint8_t *target, const uint8_t *source, const ef_tile *tile) {
  const int32_t lane1 = (int32_t)1 << tile->lane_bits;
  const int32_t lane2_high = (int32_t)1 << (2 * tile->lane_bits - 32);
  for (uint32_t i = 0; i < tile->triples; i++, source += TRIPLE_BYTES, target += WORD_BYTES) {
    int64_t low = (int64_t)(int8_t)source[1] * lane1 + (int8_t)source[0];
    uint32_t high = (uint32_t)((int8_t)source[2] * lane2_high);
    uint64_t word = (uint64_t)low + ((uint64_t)high << 32);
    memcpy(target, &word, sizeof word);
  }
  memmove(target, source, tile->raw_bytes);
}

bool ef_weights_tile(ef_memory memory, ef_extent weights, const ef_tile *tile) {
  uint64_t source_bytes = (uint64_t)TRIPLE_BYTES * tile->triples + tile->raw_bytes;
  uint64_t target_bytes = (uint64_t)WORD_BYTES * tile->triples + tile->raw_bytes;
  if (tile->lane_bits < LANE_BITS_MIN || tile->lane_bits > LANE_BITS_MAX) return false;
  if (!is_within(tile->from, source_bytes, weights.length)) return false;
  if (!is_within(tile->to, target_bytes, memory.length)) return false;
  if (source_bytes == 0) return true;
  uint8_t *target = memory.bytes + tile->to;
  const uint8_t *source = ef_slot_at(weights.offset + tile->from);
  if (source == NULL) {
    uint8_t *end = target + (WORD_BYTES - TRIPLE_BYTES) * tile->triples;
    if (!ef_slot_read(weights.offset + tile->from, end, (uint32_t)source_bytes)) return false;
    source = end;
  }
  expand(target, source, tile);
  return true;
}

/*
 * weights() copies; tile() expands triples of int8 (w0 w1 w2) to little-endian 64-bit words
 *   w0 + (w1 << laneBits) + (w2 << 2 * laneBits)
 * so that one 64-bit multiply by an activation makes three products in separate lanes, then appends
 * raw bytes. The sum is a signed one: a negative w0 borrows from the lane above, as the kernels
 * expect.
 */
#include "weights.h"

#include <string.h>

#define TRIPLE_BYTES 3u
#define WORD_BYTES 8u
#define LANE_BITS_MIN 8u
#define LANE_BITS_MAX 28u /* 2 * 28 + 8 = 64 */

static bool is_within(uint64_t offset, uint64_t length, uint64_t limit) {
  return length <= limit && offset <= limit - length;
}

bool ef_weights_copy(ef_memory memory, ef_span weights, uint32_t to, uint32_t from,
                     uint32_t length) {
  if (!is_within(to, length, memory.length)) return false;
  if (!is_within(from, length, weights.length)) return false;
  if (length != 0) memcpy(memory.bytes + to, weights.bytes + from, length);
  return true;
}

static void put_word(uint8_t *to, uint64_t word) {
  for (uint32_t i = 0; i < WORD_BYTES; i++) to[i] = (uint8_t)(word >> (8 * i));
}

bool ef_weights_tile(ef_memory memory, ef_span weights, const ef_tile *tile) {
  uint64_t source_bytes = (uint64_t)TRIPLE_BYTES * tile->triples + tile->raw_bytes;
  uint64_t target_bytes = (uint64_t)WORD_BYTES * tile->triples + tile->raw_bytes;
  if (tile->lane_bits < LANE_BITS_MIN || tile->lane_bits > LANE_BITS_MAX) return false;
  if (!is_within(tile->from, source_bytes, weights.length)) return false;
  if (!is_within(tile->to, target_bytes, memory.length)) return false;
  if (source_bytes == 0) return true;
  const uint8_t *source = weights.bytes + tile->from;
  uint8_t *target = memory.bytes + tile->to;
  for (uint32_t i = 0; i < tile->triples; i++, source += TRIPLE_BYTES, target += WORD_BYTES) {
    uint64_t w0 = (uint64_t)(int64_t)(int8_t)source[0];
    uint64_t w1 = (uint64_t)(int64_t)(int8_t)source[1];
    uint64_t w2 = (uint64_t)(int64_t)(int8_t)source[2];
    put_word(target, w0 + (w1 << tile->lane_bits) + (w2 << (2 * tile->lane_bits)));
  }
  memcpy(target, source, tile->raw_bytes);
  return true;
}

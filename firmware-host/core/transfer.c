/*
 * Selective repeat, receiving side. A blob of no bytes is one empty chunk, so that every transfer
 * is completed by a frame. No arithmetic here can overflow: chunk_bytes is at least 1 and offsets
 * are compared before they are subtracted.
 */
#include "transfer.h"

void ef_transfer_begin(ef_transfer *transfer, uint32_t total_bytes, uint32_t chunk_bytes) {
  *transfer = (ef_transfer){ total_bytes, chunk_bytes, 0, 0 };
}

uint32_t ef_transfer_chunks(const ef_transfer *transfer) {
  uint32_t whole = transfer->total_bytes / transfer->chunk_bytes;
  uint32_t rest = transfer->total_bytes % transfer->chunk_bytes;
  return rest != 0 || whole == 0 ? whole + 1 : whole;
}

ef_chunk ef_transfer_place(const ef_transfer *transfer, uint32_t offset, uint32_t length) {
  uint32_t index = offset / transfer->chunk_bytes;
  if (offset % transfer->chunk_bytes != 0) return EF_CHUNK_INVALID;
  if (index >= ef_transfer_chunks(transfer)) return EF_CHUNK_INVALID;
  uint32_t left = transfer->total_bytes - offset;
  uint32_t expected = left < transfer->chunk_bytes ? left : transfer->chunk_bytes;
  if (length != expected) return EF_CHUNK_INVALID;
  if (index < transfer->next) return EF_CHUNK_SEEN;
  uint32_t ahead = index - transfer->next;
  if (ahead >= EF_WINDOW_CHUNKS) return EF_CHUNK_INVALID;
  return (transfer->map >> ahead) & 1u ? EF_CHUNK_SEEN : EF_CHUNK_NEW;
}

void ef_transfer_mark(ef_transfer *transfer, uint32_t offset) {
  transfer->map |= 1u << (offset / transfer->chunk_bytes - transfer->next);
  while (transfer->map & 1u) {
    transfer->map >>= 1;
    transfer->next++;
  }
}

bool ef_transfer_is_complete(const ef_transfer *transfer) {
  return transfer->chunk_bytes != 0 && transfer->next == ef_transfer_chunks(transfer);
}

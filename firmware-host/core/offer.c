/*
 * Reads an OFFER payload. Every number in it is compared with its limit before it is used; sums are
 * made in 64 bits, so a region that wraps around the address space is refused like any other.
 */
#include "offer.h"

#include "bytes.h"
#include "heap.h"
#include "slot.h"
#include "../runtime/rt.h"

static ef_refusal read_regions(ef_offer *offer, const uint8_t *at) {
  uint64_t input_bytes = 0;
  uint64_t output_bytes = 0;
  uint32_t count = (uint32_t)offer->input_count + offer->output_count;
  for (uint32_t i = 0; i < count; i++, at += 8) {
    ef_region region = { ef_get_u32(at), ef_get_u32(at + 4) };
    uint64_t end = (uint64_t)region.offset + region.bytes;
    if (end > offer->arena_bytes) {
      uint32_t shown = end > UINT32_MAX ? UINT32_MAX : (uint32_t)end;
      return ef_refuse(EF_REFUSE_REGION, shown, offer->arena_bytes);
    }
    offer->regions[i] = region;
    *(i < offer->input_count ? &input_bytes : &output_bytes) += region.bytes;
  }
  /* Regions may overlap, but their concatenation still has to be addressable. */
  if (input_bytes > UINT32_MAX || output_bytes > UINT32_MAX) {
    return ef_refuse(EF_REFUSE_REGION, UINT32_MAX, offer->arena_bytes);
  }
  offer->input_bytes = (uint32_t)input_bytes;
  offer->output_bytes = (uint32_t)output_bytes;
  return ef_accept();
}

static ef_refusal check_against_board(const ef_offer *offer) {
  uint32_t slot_bytes = ef_slot_bytes();
  uint32_t heap_bytes = ef_heap_bytes();
  if (offer->abi != EF_ABI_VERSION) {
    return ef_refuse(EF_REFUSE_ABI, offer->abi, EF_ABI_VERSION);
  }
  if (offer->artifact_bytes > slot_bytes) {
    return ef_refuse(EF_REFUSE_SLOT, offer->artifact_bytes, slot_bytes);
  }
  uint64_t ram_bytes = (uint64_t)offer->arena_bytes + rt_fixed_bytes();
  if (ram_bytes > heap_bytes) {
    uint32_t shown = ram_bytes > UINT32_MAX ? UINT32_MAX : (uint32_t)ram_bytes;
    return ef_refuse(EF_REFUSE_MEMORY, shown, heap_bytes);
  }
  return ef_accept();
}

ef_refusal ef_offer_read(ef_offer *offer, const uint8_t *payload, uint32_t length) {
  if (length < EF_OFFER_BYTES) return ef_refuse(EF_REFUSE_MALFORMED, EF_OFFER_BYTES, length);
  offer->artifact_bytes = ef_get_u32(payload);
  offer->artifact_crc = ef_get_u32(payload + 4);
  offer->arena_bytes = ef_get_u32(payload + 8);
  offer->abi = ef_get_u16(payload + 12);
  offer->chunk_bytes = ef_get_u16(payload + 14);
  offer->input_count = payload[16];
  offer->output_count = payload[17];
  uint32_t regions = (uint32_t)offer->input_count + offer->output_count;
  uint32_t expected = EF_OFFER_BYTES + 8 * regions;
  if (length != expected) return ef_refuse(EF_REFUSE_MALFORMED, expected, length);
  if (regions > EF_REGIONS_MAX) return ef_refuse(EF_REFUSE_MALFORMED, EF_REGIONS_MAX, regions);
  uint32_t chunk = offer->chunk_bytes;
  if (chunk == 0 || chunk > EF_PAYLOAD_MAX || chunk % EF_PROGRAM_BYTES != 0) {
    return ef_refuse(EF_REFUSE_MALFORMED, EF_PAYLOAD_MAX, chunk);
  }
  if (offer->arena_bytes == 0) return ef_refuse(EF_REFUSE_MALFORMED, 1, 0);
  ef_refusal refusal = check_against_board(offer);
  return refusal.reason != EF_OK ? refusal : read_regions(offer, payload + EF_OFFER_BYTES);
}

uint32_t ef_offer_write(const ef_offer *offer, uint8_t *payload) {
  uint32_t regions = (uint32_t)offer->input_count + offer->output_count;
  ef_put_u32(payload, offer->artifact_bytes);
  ef_put_u32(payload + 4, offer->artifact_crc);
  ef_put_u32(payload + 8, offer->arena_bytes);
  ef_put_u16(payload + 12, offer->abi);
  ef_put_u16(payload + 14, offer->chunk_bytes);
  payload[16] = offer->input_count;
  payload[17] = offer->output_count;
  for (uint32_t i = 0; i < regions; i++) {
    ef_put_u32(payload + EF_OFFER_BYTES + 8 * i, offer->regions[i].offset);
    ef_put_u32(payload + EF_OFFER_BYTES + 8 * i + 4, offer->regions[i].bytes);
  }
  return EF_OFFER_BYTES + 8 * regions;
}

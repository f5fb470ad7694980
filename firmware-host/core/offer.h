/*
 * An OFFER: what the host wants to store and run, checked against the board before a single byte
 * is erased. Inputs and outputs are regions of the model's linear memory; on the wire they appear
 * as one concatenation in table order.
 */
#ifndef EDGEFLASH_OFFER_H
#define EDGEFLASH_OFFER_H

#include <stdint.h>

#include "limits.h"
#include "refusal.h"

#define EF_ABI_VERSION 1u
#define EF_REGIONS_MAX 16u
#define EF_OFFER_BYTES 18u
#define EF_OFFER_BYTES_MAX (EF_OFFER_BYTES + 8u * EF_REGIONS_MAX)

typedef struct {
  uint32_t offset;
  uint32_t bytes;
} ef_region;

typedef struct {
  uint32_t artifact_bytes;
  uint32_t artifact_crc;
  uint32_t arena_bytes; /* exact linear memory */
  uint16_t abi;
  uint16_t chunk_bytes;
  uint8_t input_count;
  uint8_t output_count;
  ef_region regions[EF_REGIONS_MAX]; /* inputs, then outputs */
  uint32_t input_bytes;
  uint32_t output_bytes;
} ef_offer;

/* Reads and checks an offer; on refusal `offer` is not to be used. */
ef_refusal ef_offer_read(ef_offer *offer, const uint8_t *payload, uint32_t length);

/* Writes it as it came (EF_OFFER_BYTES_MAX at most); returns the bytes. */
uint32_t ef_offer_write(const ef_offer *offer, uint8_t *payload);

#endif

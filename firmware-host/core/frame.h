/*
 * Frames on the wire: 0x00 | COBS(type, session, seq, offset, payload, CRC-32C) | 0x00.
 *
 * COBS (Cheshire and Baker, 1999) removes every zero byte, so a zero always ends a frame and a
 * receiver that joins in the middle is in step after the next zero. Bytes between two zeros that
 * are no frame are log text or noise; the decoder drops and counts them.
 * Invariant: the decoder never writes outside its buffer, whatever arrives.
 */
#ifndef EDGEFLASH_FRAME_H
#define EDGEFLASH_FRAME_H

#include <stdbool.h>
#include <stdint.h>

#include "limits.h"

typedef struct {
  uint8_t type;
  uint8_t session;
  uint16_t seq;
  uint32_t offset;
  const uint8_t *payload;
  uint32_t length;
} ef_frame;

typedef struct {
  uint8_t bytes[EF_FRAME_MAX];
  uint32_t length;
  uint8_t code;      /* length code of the current COBS group */
  uint8_t remaining; /* bytes of the group still to come */
  bool overrun;
  uint32_t noise;    /* segments that were no frame */
} ef_decoder;

uint32_t ef_crc32c(uint32_t crc, const uint8_t *bytes, uint32_t length);

void ef_decoder_reset(ef_decoder *decoder);

/* Takes one byte; true when it completes a sound frame, which stays valid until the next byte. */
bool ef_decode(ef_decoder *decoder, uint8_t byte, ef_frame *frame);

/* Where a payload of a frame to be encoded in `wire` (EF_WIRE_MAX bytes) has to be written. */
uint8_t *ef_payload_of(uint8_t *wire);

/* Adds header and CRC to the payload in place and encodes; returns the bytes to send. */
uint32_t ef_encode(uint8_t *wire, const ef_frame *frame);

#endif

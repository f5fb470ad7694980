/*
 * CRC-32C by nibbles (a 64-byte table, polynomial 0x1EDC6F41 reflected, as RFC 3720) and COBS,
 * decoded byte by byte and encoded in place.
 *
 * Invariant of the encoder: the raw frame lies at the end of the wire buffer, and the write
 * position never passes the read position, because COBS adds one byte a group of 254.
 */
#include "frame.h"

#include "bytes.h"

#define COBS_GROUP_MAX 255u
#define RAW_OFFSET (EF_WIRE_MAX - EF_FRAME_MAX)

static const uint32_t crc_nibble[16] = {
  0x00000000, 0x105ec76f, 0x20bd8ede, 0x30e349b1, 0x417b1dbc, 0x5125dad3, 0x61c69362, 0x7198540d,
  0x82f63b78, 0x92a8fc17, 0xa24bb5a6, 0xb21572c9, 0xc38d26c4, 0xd3d3e1ab, 0xe330a81a, 0xf36e6f75,
};

uint32_t ef_crc32c(uint32_t crc, const uint8_t *bytes, uint32_t length) {
  crc = ~crc;
  for (uint32_t i = 0; i < length; i++) {
    crc ^= bytes[i];
    crc = (crc >> 4) ^ crc_nibble[crc & 15];
    crc = (crc >> 4) ^ crc_nibble[crc & 15];
  }
  return ~crc;
}

void ef_decoder_reset(ef_decoder *decoder) {
  decoder->length = 0;
  decoder->code = COBS_GROUP_MAX;
  decoder->remaining = 0;
  decoder->overrun = false;
}

static void push(ef_decoder *decoder, uint8_t byte) {
  if (decoder->length == EF_FRAME_MAX) {
    decoder->overrun = true;
  } else {
    decoder->bytes[decoder->length++] = byte;
  }
}

static bool is_sound(const ef_decoder *decoder) {
  if (decoder->overrun || decoder->remaining != 0) return false;
  if (decoder->length < EF_HEADER_BYTES + EF_CRC_BYTES) return false;
  uint32_t body = decoder->length - EF_CRC_BYTES;
  return ef_crc32c(0, decoder->bytes, body) == ef_get_u32(decoder->bytes + body);
}

static bool finish(ef_decoder *decoder, ef_frame *frame) {
  bool began = decoder->length != 0 || decoder->remaining != 0 || decoder->code != COBS_GROUP_MAX;
  bool sound = is_sound(decoder);
  if (sound) {
    const uint8_t *bytes = decoder->bytes;
    frame->type = bytes[0];
    frame->session = bytes[1];
    frame->seq = ef_get_u16(bytes + 2);
    frame->offset = ef_get_u32(bytes + 4);
    frame->payload = bytes + EF_HEADER_BYTES;
    frame->length = decoder->length - EF_HEADER_BYTES - EF_CRC_BYTES;
  } else if (began) {
    decoder->noise++;
  }
  ef_decoder_reset(decoder);
  return sound;
}

bool ef_decode(ef_decoder *decoder, uint8_t byte, ef_frame *frame) {
  if (byte == 0) return finish(decoder, frame);
  if (decoder->remaining == 0) {
    if (decoder->code != COBS_GROUP_MAX) push(decoder, 0);
    decoder->code = byte;
    decoder->remaining = (uint8_t)(byte - 1);
  } else {
    push(decoder, byte);
    decoder->remaining--;
  }
  return false;
}

uint8_t *ef_payload_of(uint8_t *wire) {
  return wire + RAW_OFFSET + EF_HEADER_BYTES;
}

static uint32_t cobs_in_place(uint8_t *wire, const uint8_t *raw, uint32_t length) {
  uint32_t code_at = 1;
  uint32_t out = 2;
  wire[0] = 0;
  for (uint32_t i = 0; i < length; i++) {
    uint8_t byte = raw[i];
    if (byte != 0) wire[out++] = byte;
    bool full = out - code_at == COBS_GROUP_MAX && i + 1 < length;
    if (byte == 0 || full) {
      wire[code_at] = (uint8_t)(out - code_at);
      code_at = out++;
    }
  }
  wire[code_at] = (uint8_t)(out - code_at);
  wire[out++] = 0;
  return out;
}

uint32_t ef_encode(uint8_t *wire, const ef_frame *frame) {
  uint8_t *raw = wire + RAW_OFFSET;
  raw[0] = frame->type;
  raw[1] = frame->session;
  ef_put_u16(raw + 2, frame->seq);
  ef_put_u32(raw + 4, frame->offset);
  uint32_t body = EF_HEADER_BYTES + frame->length;
  ef_put_u32(raw + body, ef_crc32c(0, raw, body));
  return cobs_in_place(wire, raw, body + EF_CRC_BYTES);
}

/*
 * Slot operations over the HAL. The whole-artifact CRC is computed over flash as read back, not
 * over what was received: a programming failure is found as surely as a transmission error.
 *
 * The record: magic u32, bytes of the offer u32, the offer as it came, CRC-32C of all before it.
 */
#include "slot.h"

#include <string.h>

#include "bytes.h"
#include "frame.h"
#include "../hal.h"

#define RECORD_MAGIC 0x31534645u /* "EFS1" */
#define ERASED_WORD 0xffffffffu
#define RECORD_HEADER_BYTES 8u
#define PIECE_BYTES 128u

static bool read_flash(uint32_t offset, uint8_t *to, uint32_t length) {
  const hal_board *board = hal_board_info();
  if (board->slot == NULL) return board->read_slot(offset, to, length);
  memcpy(to, board->slot + offset, length);
  return true;
}

uint32_t ef_slot_bytes(void) {
  uint32_t bytes = hal_board_info()->slot_bytes;
  return bytes < EF_RECORD_BYTES ? 0 : bytes - EF_RECORD_BYTES;
}

ef_refusal ef_slot_erase(const ef_offer *offer) {
  uint32_t bytes = EF_RECORD_BYTES + offer->artifact_bytes;
  return hal_slot_erase(bytes) ? ef_accept() : ef_refuse(EF_REFUSE_FLASH, 0, bytes);
}

ef_refusal ef_slot_write(uint32_t offset, const uint8_t *bytes, uint32_t length) {
  if (hal_slot_program(EF_RECORD_BYTES + offset, bytes, length)) return ef_accept();
  return ef_refuse(EF_REFUSE_FLASH, offset, length);
}

const uint8_t *ef_slot_at(uint32_t offset) {
  const uint8_t *slot = hal_board_info()->slot;
  return slot == NULL ? NULL : slot + EF_RECORD_BYTES + offset;
}

bool ef_slot_read(uint32_t offset, uint8_t *to, uint32_t length) {
  return read_flash(EF_RECORD_BYTES + offset, to, length);
}

ef_refusal ef_slot_verify(const ef_offer *offer) {
  uint8_t piece[PIECE_BYTES];
  uint32_t crc = 0;
  uint32_t length;
  for (uint32_t at = 0; at < offer->artifact_bytes; at += length) {
    uint32_t left = offer->artifact_bytes - at;
    length = left < PIECE_BYTES ? left : PIECE_BYTES;
    if (!ef_slot_read(at, piece, length)) return ef_refuse(EF_REFUSE_FLASH, at, length);
    crc = ef_crc32c(crc, piece, length);
  }
  if (crc != offer->artifact_crc) return ef_refuse(EF_REFUSE_CRC, offer->artifact_crc, crc);
  return ef_accept();
}

ef_refusal ef_slot_seal(const ef_offer *offer) {
  uint8_t record[RECORD_HEADER_BYTES + EF_OFFER_BYTES_MAX + EF_CRC_BYTES];
  uint32_t offer_bytes = ef_offer_write(offer, record + RECORD_HEADER_BYTES);
  uint32_t body = RECORD_HEADER_BYTES + offer_bytes;
  ef_put_u32(record, RECORD_MAGIC);
  ef_put_u32(record + 4, offer_bytes);
  ef_put_u32(record + body, ef_crc32c(0, record, body));
  if (hal_slot_program(0, record, body + EF_CRC_BYTES)) return ef_accept();
  return ef_refuse(EF_REFUSE_FLASH, 0, body + EF_CRC_BYTES);
}

bool ef_slot_recall(ef_offer *offer) {
  uint8_t record[RECORD_HEADER_BYTES + EF_OFFER_BYTES_MAX + EF_CRC_BYTES];
  if (ef_slot_bytes() == 0 || !read_flash(0, record, sizeof record)) return false;
  uint32_t offer_bytes = ef_get_u32(record + 4);
  if (ef_get_u32(record) != RECORD_MAGIC || offer_bytes > EF_OFFER_BYTES_MAX) return false;
  uint32_t body = RECORD_HEADER_BYTES + offer_bytes;
  if (ef_crc32c(0, record, body) != ef_get_u32(record + body)) return false;
  return ef_offer_read(offer, record + RECORD_HEADER_BYTES, offer_bytes).reason == EF_OK;
}

void ef_slot_forget(void) {
  uint8_t magic[4];
  if (ef_slot_bytes() == 0 || !read_flash(0, magic, sizeof magic)) return;
  if (ef_get_u32(magic) != ERASED_WORD) hal_slot_erase(EF_RECORD_BYTES);
}

/*
 * Slot operations over the HAL. The whole-artifact CRC is computed over the mapped flash, not over
 * what was received: a programming failure is found as surely as a transmission error.
 */
#include "slot.h"

#include "frame.h"
#include "../hal.h"

ef_refusal ef_slot_erase(const ef_offer *offer) {
  if (hal_slot_erase(offer->artifact_bytes)) return ef_accept();
  return ef_refuse(EF_REFUSE_FLASH, 0, offer->artifact_bytes);
}

ef_refusal ef_slot_write(uint32_t offset, const uint8_t *bytes, uint32_t length) {
  if (hal_slot_program(offset, bytes, length)) return ef_accept();
  return ef_refuse(EF_REFUSE_FLASH, offset, length);
}

ef_refusal ef_slot_open(const ef_offer *offer, ef_module *module) {
  const uint8_t *bytes = hal_board_info()->slot;
  uint32_t crc = ef_crc32c(0, bytes, offer->artifact_bytes);
  if (crc != offer->artifact_crc) return ef_refuse(EF_REFUSE_CRC, offer->artifact_crc, crc);
  return ef_module_read(module, bytes, offer->artifact_bytes);
}

/*
 * The model slot in sectors 8 to 11, programmed a word at a time. Reads stall while the controller
 * works, and this code is in the same flash, so waiting for it costs no turns; the bound is for a
 * controller that never ends. RM0090 section 3.6 and table 5.
 *
 * QEMU has no flash controller and maps the flash read-only. There the slot is RAM that the chip
 * does not have, behaving like NOR: on the emulator this driver is not exercised.
 */
#include <string.h>

#include "../../hal.h"
#include "stm32f405.h"

#define FLASH_KEYR CM_REGISTER(0x40023C04u)
#define FLASH_SR CM_REGISTER(0x40023C0Cu)
#define FLASH_CR CM_REGISTER(0x40023C10u)
#define KEY_1 0x45670123u
#define KEY_2 0xCDEF89ABu
#define SR_BUSY (1u << 16)
#define SR_ERRORS 0xF2u
#define CR_PROGRAM (1u << 0)
#define CR_ERASE_SECTOR (1u << 1)
#define CR_SECTOR_SHIFT 3
#define CR_WORDS (2u << 8)
#define CR_START (1u << 16)
#define CR_LOCK (1u << 31)
#define ACR_DATA_CACHE (1u << 10)
#define ACR_DATA_CACHE_RESET (1u << 12)
#define WAIT_TURNS 500000000u

#define FIRST_SECTOR 8u
#define SECTOR_BYTES 131072u
#define ERASED 0xff

extern uint8_t emulator_slot[], emulator_slot_end[];

slot_memory slot_find(void) {
  uint8_t *first = is_emulated() ? emulator_slot : cm_slot;
  uint8_t *end = is_emulated() ? emulator_slot_end : cm_slot_end;
  return (slot_memory){ first, (uint32_t)(end - first) };
}

static bool is_done(void) {
  for (uint32_t turn = 0; turn < WAIT_TURNS; turn++) {
    if ((FLASH_SR & SR_BUSY) == 0) return (FLASH_SR & SR_ERRORS) == 0;
  }
  return false;
}

/* It is locked whenever this is called: keys for an unlocked controller would be a bus error. */
static void unlock(void) {
  FLASH_KEYR = KEY_1;
  FLASH_KEYR = KEY_2;
  FLASH_SR = SR_ERRORS;
}

/* The data cache may still hold what the flash held before. */
static void lock(void) {
  FLASH_CR = CR_LOCK;
  uint32_t acr = FLASH_ACR;
  FLASH_ACR = acr & ~ACR_DATA_CACHE;
  FLASH_ACR = (acr & ~ACR_DATA_CACHE) | ACR_DATA_CACHE_RESET;
  FLASH_ACR = acr;
}

static bool erase_sectors(uint32_t length) {
  unlock();
  bool ok = is_done();
  for (uint32_t sector = 0; ok && sector * SECTOR_BYTES < length; sector++) {
    uint32_t command = CR_WORDS | CR_ERASE_SECTOR | ((FIRST_SECTOR + sector) << CR_SECTOR_SHIFT);
    FLASH_CR = command;
    FLASH_CR = command | CR_START;
    ok = is_done();
  }
  lock();
  return ok;
}

static bool program_words(uint32_t offset, const uint8_t *bytes, uint32_t length) {
  unlock();
  bool ok = is_done();
  FLASH_CR = CR_WORDS | CR_PROGRAM;
  for (uint32_t at = 0; ok && at < length; at += 4) {
    uint32_t word = UINT32_MAX;
    memcpy(&word, bytes + at, length - at < 4 ? length - at : 4);
    *cm_register((uintptr_t)cm_slot + offset + at) = word;
    ok = is_done();
  }
  lock();
  return ok;
}

bool hal_slot_erase(uint32_t length) {
  slot_memory slot = slot_find();
  if (length > slot.length) return false;
  if (!is_emulated()) return erase_sectors(length);
  memset(slot.bytes, ERASED, length);
  return true;
}

bool hal_slot_program(uint32_t offset, const uint8_t *bytes, uint32_t length) {
  slot_memory slot = slot_find();
  if (offset > slot.length || length > slot.length - offset) return false;
  if (!is_emulated()) return program_words(offset, bytes, length);
  for (uint32_t i = 0; i < length; i++) slot.bytes[offset + i] &= bytes[i];
  return true;
}

/*
 * SPI flash through the ROM's functions, which take words: unaligned bytes go through a buffer.
 * The CPU runs from RAM and no cache maps the flash, so nothing has to be suspended meanwhile.
 *
 * Signatures: esp32c3/rom/spi_flash.h of ESP-IDF. All return 0 when it worked.
 */
#include "flash.h"

#include <string.h>

#include "../../hal.h"

int esp_rom_spiflash_config_param(uint32_t id, uint32_t chip_bytes, uint32_t block_bytes,
                                  uint32_t sector_bytes, uint32_t page_bytes,
                                  uint32_t status_mask);
int esp_rom_spiflash_unlock(void);
int esp_rom_spiflash_erase_sector(uint32_t sector);
int esp_rom_spiflash_write(uint32_t address, const uint32_t *words, int32_t length);
int esp_rom_spiflash_read(uint32_t address, uint32_t *words, int32_t length);

#define CHIP_BYTES 0x400000u
#define BLOCK_BYTES 0x10000u
#define SECTOR_BYTES 0x1000u
#define PAGE_BYTES 0x100u
#define STATUS_MASK 0xffffu
#define WORD_BYTES 4u
#define ERASED 0xff

/* One program page, aligned for the ROM. */
static uint32_t words[PAGE_BYTES / WORD_BYTES];

static uint32_t whole_words(uint32_t length) {
  return (length + WORD_BYTES - 1) & ~(WORD_BYTES - 1);
}

static bool is_in_slot(uint32_t offset, uint32_t length) {
  return offset <= FLASH_SLOT_BYTES && length <= FLASH_SLOT_BYTES - offset;
}

/* Without the parameters every other function fails: the ROM that booted us has not set them. */
bool flash_begin(void) {
  return esp_rom_spiflash_config_param(0, CHIP_BYTES, BLOCK_BYTES, SECTOR_BYTES, PAGE_BYTES,
                                       STATUS_MASK) == 0;
}

bool flash_read(uint32_t offset, uint8_t *to, uint32_t length) {
  if (!is_in_slot(offset, length)) return false;
  while (length != 0) {
    uint32_t skipped = offset % WORD_BYTES;
    uint32_t room = (uint32_t)sizeof words - skipped;
    uint32_t piece = length < room ? length : room;
    uint32_t from = FLASH_SLOT_START + offset - skipped;
    if (esp_rom_spiflash_read(from, words, (int32_t)whole_words(skipped + piece)) != 0) {
      return false;
    }
    memcpy(to, (const uint8_t *)words + skipped, piece);
    offset += piece;
    to += piece;
    length -= piece;
  }
  return true;
}

/*
 * Write protection, where a chip came with some, is lifted first. Whether that worked shows in what
 * is read back at commit.
 */
bool hal_slot_erase(uint32_t length) {
  if (!is_in_slot(0, length)) return false;
  esp_rom_spiflash_unlock();
  for (uint32_t at = 0; at < length; at += SECTOR_BYTES) {
    if (esp_rom_spiflash_erase_sector((FLASH_SLOT_START + at) / SECTOR_BYTES) != 0) return false;
  }
  return true;
}

bool hal_slot_program(uint32_t offset, const uint8_t *bytes, uint32_t length) {
  if (!is_in_slot(offset, length)) return false;
  for (uint32_t at = 0; at < length; at += PAGE_BYTES) {
    uint32_t left = length - at;
    uint32_t piece = left < PAGE_BYTES ? left : PAGE_BYTES;
    memset(words, ERASED, sizeof words);
    memcpy(words, bytes + at, piece);
    uint32_t to = FLASH_SLOT_START + offset + at;
    if (esp_rom_spiflash_write(to, words, (int32_t)whole_words(piece)) != 0) return false;
  }
  return true;
}

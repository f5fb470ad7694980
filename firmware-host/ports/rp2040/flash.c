/*
 * Erasing and programming the model slot through the ROM. While the ROM talks to the flash chip
 * nothing can be read from it, code and constants neither: run_detached lies in RAM, calls nothing
 * but ROM, and keeps interrupts (whose handlers lie in flash) away. They return between two pages,
 * before the 32 bytes of the UART's FIFO are full. RP2040 Datasheet, section 2.8.3.1.3.
 */
#include <string.h>

#include "../../hal.h"
#include "chip.h"
#include "rom.h"

#define XIP_BASE 0x10000000u
#define SECTOR_BYTES 4096u
#define BLOCK_BYTES 65536u
#define BLOCK_ERASE_COMMAND 0xD8u
#define PAGE_BYTES 256u
#define ERASED 0xFF

#define SSI_SSIENR 0x18000008u
#define SSI_BAUDR 0x18000014u
#define SSI_DIVIDER 4u /* as boot2.S; the ROM has left a slower one */

#define RAM_CODE __attribute__((section(".ram_code"), noinline, long_call))

typedef struct {
  rom_plain connect;
  rom_plain exit_xip;
  rom_flash_erase erase;
  rom_flash_program program;
  rom_plain flush_cache;
  rom_plain enter_xip;
} flash_rom;

typedef struct {
  uint32_t offset;
  uint32_t length;
  const uint8_t *page; /* in RAM; NULL to erase */
} flash_job;

extern const uint8_t slot_start[], slot_end[];

RAM_CODE static void run_detached(const flash_rom *rom, const flash_job *job) {
  uint32_t masked = irq_mask();
  rom->connect();
  rom->exit_xip();
  if (job->page == NULL) {
    rom->erase(job->offset, job->length, BLOCK_BYTES, BLOCK_ERASE_COMMAND);
  } else {
    rom->program(job->offset, job->page, job->length);
  }
  rom->flush_cache();
  rom->enter_xip();
  REG(SSI_SSIENR) = 0;
  REG(SSI_BAUDR) = SSI_DIVIDER;
  REG(SSI_SSIENR) = 1;
  irq_restore(masked);
}

static flash_rom find_flash_rom(void) {
  return (flash_rom){
    .connect = rom_find(ROM_CODE('I', 'F')),
    .exit_xip = rom_find(ROM_CODE('E', 'X')),
    .erase = (rom_flash_erase)(uintptr_t)rom_find(ROM_CODE('R', 'E')),
    .program = (rom_flash_program)(uintptr_t)rom_find(ROM_CODE('R', 'P')),
    .flush_cache = rom_find(ROM_CODE('F', 'C')),
    .enter_xip = rom_find(ROM_CODE('C', 'X')),
  };
}

static uint32_t flash_offset(uint32_t slot_offset) {
  return (uint32_t)(uintptr_t)slot_start - XIP_BASE + slot_offset;
}

static bool is_in_slot(uint32_t offset, uint32_t length) {
  uint32_t slot_bytes = (uint32_t)(slot_end - slot_start);
  return offset <= slot_bytes && length <= slot_bytes - offset;
}

bool hal_slot_erase(uint32_t length) {
  flash_rom rom = find_flash_rom();
  if (!is_in_slot(0, length)) return false;
  for (uint32_t at = 0; at < length;) {
    uint32_t step = length - at >= BLOCK_BYTES ? BLOCK_BYTES : SECTOR_BYTES;
    run_detached(&rom, &(flash_job){ flash_offset(at), step, NULL });
    at += step;
  }
  return true;
}

bool hal_slot_program(uint32_t offset, const uint8_t *bytes, uint32_t length) {
  flash_rom rom = find_flash_rom();
  uint8_t page[PAGE_BYTES];
  if (offset % PAGE_BYTES != 0 || !is_in_slot(offset, length)) return false;
  for (uint32_t at = 0; at < length; at += PAGE_BYTES) {
    uint32_t piece = length - at < PAGE_BYTES ? length - at : PAGE_BYTES;
    memset(page, ERASED, sizeof page);
    memcpy(page, bytes + at, piece);
    run_detached(&rom, &(flash_job){ flash_offset(offset + at), PAGE_BYTES, page });
  }
  return true;
}

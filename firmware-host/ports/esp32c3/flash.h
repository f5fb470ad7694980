/* The model slot in the chip's SPI flash. Offsets are the slot's; false when the ROM says no. */
#ifndef EDGEFLASH_ESP32C3_FLASH_H
#define EDGEFLASH_ESP32C3_FLASH_H

#include <stdbool.h>
#include <stdint.h>

#include "../../core/limits.h"

/* A quarter of the smallest flash that modules have: far behind the firmware's image. */
#define FLASH_SLOT_START 0x100000u
#define FLASH_SLOT_BYTES (EF_RECORD_BYTES + 0x80000u)

bool flash_begin(void);
bool flash_read(uint32_t offset, uint8_t *to, uint32_t length);

#endif

/*
 * Functions of the boot ROM, found at run time by their two-letter codes. RP2040 Datasheet, section
 * 2.8.3 (bootrom contents).
 */
#ifndef EDGEFLASH_RP2040_ROM_H
#define EDGEFLASH_RP2040_ROM_H

#include <stdint.h>

#define ROM_CODE(first, second) ((uint32_t)(first) | (uint32_t)(second) << 8)

typedef void (*rom_plain)(void);
typedef void (*rom_flash_erase)(uint32_t offset, uint32_t bytes, uint32_t block_bytes,
                                uint32_t block_command);
typedef void (*rom_flash_program)(uint32_t offset, const uint8_t *bytes, uint32_t length);
typedef void (*rom_usb_boot)(uint32_t activity_gpio_mask, uint32_t disabled_interfaces);

/* The function of this code, to be cast to its type. Runs from flash: call it before XIP is off. */
rom_plain rom_find(uint32_t code);

#endif

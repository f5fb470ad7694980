/* Looks functions up as the ROM prescribes: table and search function are at fixed addresses. */
#include "rom.h"

typedef rom_plain (*lookup)(const uint16_t *table, uint32_t code);

/* Linker symbols (rp2040.ld): 16-bit pointers. */
extern const volatile uint16_t rom_table[], rom_lookup[];

rom_plain rom_find(uint32_t code) {
  lookup search = (lookup)(uintptr_t)rom_lookup[0];
  return search((const uint16_t *)(uintptr_t)rom_table[0], code);
}

/*
 * The simulated board: the firmware core and its runtime compiled to WebAssembly, driven by
 * toolchain/simulate/board. RAM and flash are blocks of this module's memory, sized at boot by the
 * board profile; the flash behaves like NOR (programming only clears bits).
 *
 * The exports sim_memory ... sim_stats are instruments for tests and traces. They are no part of
 * the protocol, and no port for a chip has them.
 */
#include <string.h>

#include "../../core/ef.h"
#include "../../hal.h"
#include "../../runtime/rt.h"

#define EXPORT(name) __attribute__((export_name(#name)))
#define IMPORT(name) __attribute__((import_module("sim"), import_name(#name)))

#define WASM_PAGE_BYTES 65536u
#define STAGING_BYTES 4096u
#define ID_BYTES 32u
#define HEAP_SKEW 4u /* core/heap.c puts block headers at 4 mod 8: no byte of the heap is lost */
#define ERASED 0xff

IMPORT(tx) uint32_t sim_tx(const uint8_t *bytes, uint32_t length);
IMPORT(ticks_us) uint32_t sim_ticks_us(void);

/* Called once by sim_init: otherwise the linker wraps every export in libc's start and exit. */
void __wasm_call_ctors(void);

static uint8_t staging[STAGING_BYTES];
static char board_id[ID_BYTES];
static uint8_t *slot;
static hal_board board;

const hal_board *hal_board_info(void) { return &board; }
uint32_t hal_tx(const uint8_t *bytes, uint32_t length) { return sim_tx(bytes, length); }
uint32_t hal_ticks_us(void) { return sim_ticks_us(); }

bool hal_slot_erase(uint32_t length) {
  if (length > board.slot_bytes) return false;
  memset(slot, ERASED, length);
  return true;
}

bool hal_slot_program(uint32_t offset, const uint8_t *bytes, uint32_t length) {
  if (offset > board.slot_bytes || length > board.slot_bytes - offset) return false;
  for (uint32_t i = 0; i < length; i++) slot[offset + i] &= bytes[i];
  return true;
}

static uint8_t *grow(uint64_t bytes) {
  uint64_t pages = (bytes + WASM_PAGE_BYTES - 1) / WASM_PAGE_BYTES;
  if (pages > WASM_PAGE_BYTES) return NULL;
  size_t before = __builtin_wasm_memory_grow(0, (size_t)pages);
  return before == SIZE_MAX ? NULL : (uint8_t *)(before * WASM_PAGE_BYTES);
}

/* The board's name is the first `id_length` bytes of the staging buffer. 0: no such memory. */
EXPORT(sim_init) uint32_t sim_init(uint32_t ram_bytes, uint32_t slot_bytes, uint32_t id_length) {
  __wasm_call_ctors();
  uint64_t slot_room = ((uint64_t)slot_bytes + 7u) & ~(uint64_t)7u;
  slot = grow(slot_room + HEAP_SKEW + ram_bytes);
  if (slot == NULL || id_length >= ID_BYTES) return 0;
  memcpy(board_id, staging, id_length);
  board_id[id_length] = 0;
  memset(slot, ERASED, slot_bytes);
  board = (hal_board){ board_id, slot + slot_room + HEAP_SKEW, ram_bytes, slot, slot_bytes };
  ef_init();
  ef_log("edgeflash ");
  ef_log(board_id);
  ef_log("\r\n");
  return 1;
}

EXPORT(sim_staging) uint8_t *sim_staging(void) { return staging; }
EXPORT(sim_staging_bytes) uint32_t sim_staging_bytes(void) { return STAGING_BYTES; }
EXPORT(sim_feed) uint32_t sim_feed(uint32_t length) { return ef_feed(staging, length); }
EXPORT(sim_poll) uint32_t sim_poll(void) { return ef_poll(); }

EXPORT(sim_memory) uint8_t *sim_memory(void) {
  uint32_t length;
  return rt_memory(&length);
}

EXPORT(sim_memory_bytes) uint32_t sim_memory_bytes(void) {
  uint32_t length;
  rt_memory(&length);
  return length;
}

static const char *outcome(ef_refusal refusal) {
  if (refusal.reason == EF_OK) return NULL;
  return refusal.text == NULL ? "predict returned an error" : refusal.text;
}

/* Runs operator `index`, or the whole model: the refusal's text, or 0 when it ran. */
EXPORT(sim_step) const char *sim_step(uint32_t index) { return outcome(rt_step(index)); }
EXPORT(sim_predict) const char *sim_predict(void) { return outcome(rt_predict()); }

EXPORT(sim_stats) const rt_stats *sim_stats(void) {
  static rt_stats stats;
  rt_statistics(&stats);
  return &stats;
}

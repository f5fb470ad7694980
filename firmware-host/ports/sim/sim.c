/*
 * The simulated board: the firmware core and its runtime compiled to WebAssembly, driven by
 * toolchain/simulate/board. RAM and flash are blocks of this module's memory, sized by the board
 * profile; the flash behaves like NOR: it is erased by sectors and programmed by pages, and
 * programming only clears bits.
 *
 * The exports sim_flash ... sim_stats are instruments for tests and traces. They are no part of the
 * protocol, and no port for a chip has them.
 */
#include <string.h>

#include "../../core/ef.h"
#include "../../hal.h"
#include "../../runtime/rt.h"

#define EXPORT(name) __attribute__((export_name(#name)))
#define IMPORT(name) __attribute__((import_module("sim"), import_name(#name)))

#define WASM_PAGE_BYTES 65536u
#define STAGING_BYTES 4096u
#define SECTOR_BYTES 4096u
#define ID_BYTES 32u
#define ERASED 0xff
#define JUNK 0xa5 /* what RAM holds when power comes */

IMPORT(tx) uint32_t sim_tx(const uint8_t *bytes, uint32_t length);
IMPORT(ticks_us) uint32_t sim_ticks_us(void);

/* Called once by sim_init: otherwise the linker wraps every export in libc's start and exit. */
void __wasm_call_ctors(void);

static uint8_t staging[STAGING_BYTES];
static char board_id[ID_BYTES];
static uint8_t *slot;
static hal_board board;

/* Flash operations so far, and the one at which power fails: of its bytes, only [from, to) change,
   and no later operation does anything. */
static struct {
  uint32_t operations;
  uint32_t cut_at;
  uint32_t from;
  uint32_t to;
} power = { 0, UINT32_MAX, 0, 0 };

const hal_board *hal_board_info(void) { return &board; }
uint32_t hal_tx(const uint8_t *bytes, uint32_t length) { return sim_tx(bytes, length); }
uint32_t hal_ticks_us(void) { return sim_ticks_us(); }

typedef struct {
  uint32_t from;
  uint32_t to;
} extent;

/* What of an operation on `length` bytes happens: all of it, until power fails. */
static extent powered(uint32_t length) {
  uint32_t operation = power.operations++;
  if (operation < power.cut_at) return (extent){ 0, length };
  if (operation > power.cut_at || power.from >= length) return (extent){ 0, 0 };
  return (extent){ power.from, power.to < length ? power.to : length };
}

bool hal_slot_erase(uint32_t length) {
  if (length > board.slot_bytes) return false;
  for (uint32_t at = 0; at < length; at += SECTOR_BYTES) {
    uint32_t left = board.slot_bytes - at;
    extent done = powered(left < SECTOR_BYTES ? left : SECTOR_BYTES);
    memset(slot + at + done.from, ERASED, done.to - done.from);
  }
  return true;
}

bool hal_slot_program(uint32_t offset, const uint8_t *bytes, uint32_t length) {
  if (offset > board.slot_bytes || length > board.slot_bytes - offset) return false;
  for (uint32_t at = 0; at < length; at += EF_PROGRAM_BYTES) {
    uint32_t left = length - at;
    extent done = powered(left < EF_PROGRAM_BYTES ? left : EF_PROGRAM_BYTES);
    for (uint32_t i = at + done.from; i < at + done.to; i++) slot[offset + i] &= bytes[i];
  }
  return true;
}

static bool read_slot(uint32_t offset, uint8_t *to, uint32_t length) {
  if (offset > board.slot_bytes || length > board.slot_bytes - offset) return false;
  memcpy(to, slot + offset, length);
  return true;
}

static uint8_t *grow(uint64_t bytes) {
  uint64_t pages = (bytes + WASM_PAGE_BYTES - 1) / WASM_PAGE_BYTES;
  if (pages > WASM_PAGE_BYTES) return NULL;
  size_t before = __builtin_wasm_memory_grow(0, (size_t)pages);
  return before == SIZE_MAX ? NULL : (uint8_t *)(before * WASM_PAGE_BYTES);
}

/*
 * Makes the board: `ram_bytes` for a model, a slot for artifacts of `slot_bytes`, mapped or not.
 * Its name is the first `id_length` bytes of the staging buffer. 0: no such memory.
 */
EXPORT(sim_init) uint32_t sim_init(uint32_t ram_bytes, uint32_t slot_bytes, uint32_t is_mapped,
                                   uint32_t id_length) {
  __wasm_call_ctors();
  uint64_t slot_room = ((uint64_t)slot_bytes + EF_RECORD_BYTES + 7u) & ~(uint64_t)7u;
  slot = grow(slot_room + EF_CORE_BYTES + ram_bytes);
  if (slot == NULL || id_length >= ID_BYTES) return 0;
  memcpy(board_id, staging, id_length);
  board_id[id_length] = 0;
  board = (hal_board){
    .id = board_id,
    .ram = slot + slot_room,
    .ram_bytes = EF_CORE_BYTES + ram_bytes,
    .slot = is_mapped ? slot : NULL,
    .slot_bytes = EF_RECORD_BYTES + slot_bytes,
    .read_slot = read_slot,
  };
  memset(slot, ERASED, board.slot_bytes);
  memset(board.ram, JUNK, EF_CORE_BYTES);
  return 1;
}

/* Power comes: what flash holds by now is what the board finds. */
EXPORT(sim_boot) void sim_boot(void) {
  ef_init();
  ef_log("edgeflash ");
  ef_log(board_id);
  ef_log("\r\n");
}

EXPORT(sim_staging) uint8_t *sim_staging(void) { return staging; }
EXPORT(sim_staging_bytes) uint32_t sim_staging_bytes(void) { return STAGING_BYTES; }
EXPORT(sim_feed) uint32_t sim_feed(uint32_t length) { return ef_feed(staging, length); }
EXPORT(sim_poll) uint32_t sim_poll(void) { return ef_poll(); }

EXPORT(sim_flash) uint8_t *sim_flash(void) { return slot; }
EXPORT(sim_flash_bytes) uint32_t sim_flash_bytes(void) { return board.slot_bytes; }
EXPORT(sim_flash_operations) uint32_t sim_flash_operations(void) { return power.operations; }

/* Power fails at flash operation `at` (from 0), when only its bytes [from, to) have changed. */
EXPORT(sim_cut_power) void sim_cut_power(uint32_t at, uint32_t from, uint32_t to) {
  power.cut_at = at;
  power.from = from;
  power.to = to;
}

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
EXPORT(sim_predict) const char *sim_predict(void) {
  bool wants_row = false;
  const char *text = outcome(rt_predict(&wants_row));
  return wants_row ? "a row of the input is missing" : text;
}

/* What a maker's own loop does: inputs and outputs are in the staging buffer. */
EXPORT(sim_predict_here) uint32_t sim_predict_here(void) { return ef_predict(staging, staging); }

EXPORT(sim_stats) const rt_stats *sim_stats(void) {
  static rt_stats stats;
  rt_statistics(&stats);
  return &stats;
}

/*
 * The HAL of hal.h over Arduino's Stream and clock. The slot is the business of slot-esp.c or
 * slot-ram.c, wasm3 allocates from the C library, and the core's buffers are the one static block.
 */
#if defined(ARDUINO)

#include "edgeflash.h"

#include "core/ef.h"
#include "hal.h"
#include "slot.h"

/* What is left for a model, where the chip cannot be asked: define it for your board. */
#ifndef EDGEFLASH_RAM_BYTES
#define EDGEFLASH_RAM_BYTES 65536u
#endif

#ifndef EDGEFLASH_BOARD_ID
#define EDGEFLASH_BOARD_ID "arduino"
#endif

EdgeFlash edgeflash;

static const size_t PIECE_BYTES = 64;
static uint64_t core_ram[(EF_CORE_BYTES + 7u) / 8u];
static hal_board board;
static Stream *line = nullptr;

extern "C" const hal_board *hal_board_info(void) { return &board; }
extern "C" uint32_t hal_ticks_us(void) { return micros(); }

extern "C" uint32_t hal_tx(const uint8_t *bytes, uint32_t length) {
  int room = line->availableForWrite();
  if (room <= 0) return 0;
  size_t now = static_cast<uint32_t>(room) < length ? static_cast<size_t>(room) : length;
  return line->write(bytes, now);
}

static uint32_t free_ram() {
#if defined(ESP_PLATFORM)
  return ESP.getMaxAllocHeap();
#else
  return EDGEFLASH_RAM_BYTES;
#endif
}

void EdgeFlash::begin(Stream &stream) {
  line = &stream;
  board.id = EDGEFLASH_BOARD_ID;
  board.ram = reinterpret_cast<uint8_t *>(core_ram);
  board.ram_bytes = EF_CORE_BYTES + free_ram();
  slot_open(&board);
  ef_begin(predicted);
}

void EdgeFlash::poll() {
  uint8_t bytes[PIECE_BYTES];
  size_t taken = 0;
  if (line == nullptr) return;
  while (taken < PIECE_BYTES && line->available() > 0) {
    bytes[taken++] = static_cast<uint8_t>(line->read());
  }
  ef_feed(bytes, static_cast<uint32_t>(taken));
  ef_poll();
}

#endif

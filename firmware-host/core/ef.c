/*
 * The receive ring, the transmit buffer and the order of work. A request is taken from the ring
 * only when the last reply has left, so one transmit buffer suffices and a slow wire holds back
 * the host through its window.
 *
 * Invariant: ring_head is written only by ef_feed and ring_tail only by ef_poll, so a single
 * producer in an interrupt needs no lock. Everything lies at the beginning of the board's block of
 * RAM; only the pointer to it is static.
 */
#include "ef.h"

#include <string.h>

#include "../hal.h"
#include "../runtime/rt.h"
#include "edgeflash.h"
#include "heap.h"
#include "session.h"

/* One byte tells a full ring from an empty one. */
#define RING_BYTES (EF_WINDOW_BYTES + 1u)

typedef struct {
  uint8_t ring[RING_BYTES];
  volatile uint32_t ring_head;
  volatile uint32_t ring_tail;
  uint8_t wire[EF_WIRE_MAX];
  uint32_t wire_at;
  uint32_t wire_length;
  ef_decoder decoder;
  ef_link link;
  ef_session session;
  ef_callback predicted;
} ef_core;

/* C99's static assertion: an array of -1 bytes does not compile. */
typedef char core_fits[sizeof(ef_core) <= EF_CORE_BYTES ? 1 : -1];

static ef_core *core;

static void start(ef_callback predicted) {
  const hal_board *board = hal_board_info();
  core = NULL;
  if (board->ram_bytes < EF_CORE_BYTES) return;
  ef_heap_init(board->ram + EF_CORE_BYTES, board->ram_bytes - EF_CORE_BYTES);
  ef_core *fresh = (ef_core *)(void *)board->ram;
  memset(fresh, 0, sizeof *fresh);
  fresh->link.window_bytes = EF_WINDOW_BYTES;
  fresh->predicted = predicted;
  ef_decoder_reset(&fresh->decoder);
  core = fresh;
  ef_model_restore(&core->session.model);
}

void ef_init(void) { start(NULL); }

uint32_t ef_feed(const uint8_t *bytes, uint32_t length) {
  uint32_t taken = 0;
  if (core == NULL) return 0;
  for (; taken < length; taken++) {
    uint32_t following = core->ring_head + 1 == RING_BYTES ? 0 : core->ring_head + 1;
    if (following == core->ring_tail) break;
    core->ring[core->ring_head] = bytes[taken];
    core->ring_head = following;
  }
  core->link.dropped_bytes += length - taken;
  return taken;
}

static bool wire_is_busy(void) {
  if (core->wire_at == core->wire_length) return false;
  core->wire_at += hal_tx(core->wire + core->wire_at, core->wire_length - core->wire_at);
  return core->wire_at != core->wire_length;
}

static void send(uint32_t length) {
  core->wire_at = 0;
  core->wire_length = length;
  wire_is_busy();
}

static bool next_frame(ef_frame *frame) {
  while (core->ring_tail != core->ring_head) {
    uint8_t byte = core->ring[core->ring_tail];
    core->ring_tail = core->ring_tail + 1 == RING_BYTES ? 0 : core->ring_tail + 1;
    if (ef_decode(&core->decoder, byte, frame)) return true;
  }
  return false;
}

static void restart(void) {
  const hal_board *board = hal_board_info();
  if (board->restart != NULL) board->restart();
  start(core->predicted);
}

static void predict(ef_model *model) {
  ef_model_predict(model);
  if (core->predicted == NULL || model->phase != EF_RUN_DONE) return;
  uint32_t length;
  const uint8_t *output = ef_model_first_output(model, &length);
  core->predicted(output, length);
}

bool ef_poll(void) {
  ef_frame request;
  if (core == NULL) return false;
  if (wire_is_busy()) return true;
  if (core->session.restarts) {
    restart();
    return true;
  }
  if (core->session.model.phase == EF_RUN_PENDING) {
    predict(&core->session.model);
    return true;
  }
  if (!next_frame(&request)) return false;
  core->link.frames++;
  core->link.noise = core->decoder.noise;
  uint8_t *payload = ef_payload_of(core->wire);
  ef_frame reply = ef_session_answer(&core->session, &core->link, &request, payload);
  send(ef_encode(core->wire, &reply));
  return true;
}

void ef_log(const char *text) {
  uint32_t length = (uint32_t)strlen(text);
  if (core == NULL || wire_is_busy() || length > EF_WIRE_MAX) return;
  memcpy(core->wire, text, length);
  send(length);
}

void ef_begin(ef_callback predicted) { start(predicted); }

bool ef_predict(const void *inputs, void *outputs) {
  if (core == NULL) return false;
  return ef_model_predict_here(&core->session.model, inputs, outputs).reason == EF_OK;
}

uint32_t ef_input_bytes(void) {
  return core == NULL ? 0 : core->session.model.offer.input_bytes;
}

uint32_t ef_output_bytes(void) {
  return core == NULL ? 0 : core->session.model.offer.output_bytes;
}

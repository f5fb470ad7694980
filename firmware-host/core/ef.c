/*
 * The receive ring, the transmit buffer and the order of work. A request is taken from the ring
 * only when the last reply has left, so one transmit buffer suffices and a slow wire holds back
 * the host through its window.
 *
 * Invariant: ring_head is written only by ef_feed and ring_tail only by ef_poll, so a single
 * producer in an interrupt needs no lock.
 */
#include "ef.h"

#include <string.h>

#include "../hal.h"
#include "../runtime/rt.h"
#include "session.h"

/* Four full frames, and one byte that tells a full ring from an empty one. */
#define WINDOW_BYTES (4u * EF_WIRE_MAX)
#define RING_BYTES (WINDOW_BYTES + 1u)

static struct {
  uint8_t ring[RING_BYTES];
  volatile uint32_t ring_head;
  volatile uint32_t ring_tail;
  uint8_t wire[EF_WIRE_MAX];
  uint32_t wire_at;
  uint32_t wire_length;
  ef_decoder decoder;
  ef_link link;
  ef_session session;
} core;

void ef_init(void) {
  memset(&core, 0, sizeof core);
  core.link.window_bytes = WINDOW_BYTES;
  ef_decoder_reset(&core.decoder);
  ef_model_clear(&core.session.model);
}

uint32_t ef_feed(const uint8_t *bytes, uint32_t length) {
  uint32_t taken = 0;
  for (; taken < length; taken++) {
    uint32_t following = core.ring_head + 1 == RING_BYTES ? 0 : core.ring_head + 1;
    if (following == core.ring_tail) break;
    core.ring[core.ring_head] = bytes[taken];
    core.ring_head = following;
  }
  core.link.dropped_bytes += length - taken;
  return taken;
}

static bool wire_is_busy(void) {
  if (core.wire_at == core.wire_length) return false;
  core.wire_at += hal_tx(core.wire + core.wire_at, core.wire_length - core.wire_at);
  return core.wire_at != core.wire_length;
}

static void send(uint32_t length) {
  core.wire_at = 0;
  core.wire_length = length;
  wire_is_busy();
}

static bool next_frame(ef_frame *frame) {
  while (core.ring_tail != core.ring_head) {
    uint8_t byte = core.ring[core.ring_tail];
    core.ring_tail = core.ring_tail + 1 == RING_BYTES ? 0 : core.ring_tail + 1;
    if (ef_decode(&core.decoder, byte, frame)) return true;
  }
  return false;
}

bool ef_poll(void) {
  ef_frame request;
  ef_model *model = &core.session.model;
  if (wire_is_busy()) return true;
  if (model->phase == EF_RUN_PENDING) {
    ef_model_predict(model);
    return true;
  }
  if (!next_frame(&request)) return false;
  core.link.frames++;
  core.link.noise = core.decoder.noise;
  uint8_t *payload = ef_payload_of(core.wire);
  ef_frame reply = ef_session_answer(&core.session, &core.link, &request, payload);
  send(ef_encode(core.wire, &reply));
  return true;
}

void ef_log(const char *text) {
  uint32_t length = (uint32_t)strlen(text);
  if (wire_is_busy() || length > EF_WIRE_MAX) return;
  memcpy(core.wire, text, length);
  send(length);
}

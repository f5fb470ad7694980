/*
 * One table of requests: how many payload bytes each takes, in which model states it is allowed,
 * and the function that answers. A reply's payload is
 *   status u8, model state u8, run number u16, then the request's own fields,
 * or, when status is a refusal, needed u32, available u32 and text.
 */
#include "session.h"

#include <string.h>

#include "bytes.h"
#include "heap.h"
#include "slot.h"
#include "../hal.h"
#include "../runtime/rt.h"

#define REPLY_HEADER_BYTES 4u
#define TEXT_MAX 96u

#define IN(state) (1u << (state))
#define STORED (IN(EF_MODEL_LOADED) | IN(EF_MODEL_CONFIRMED))
#define ANY_STATE 0xffu

typedef struct {
  uint8_t *payload;
  uint32_t length;
} writer;

static void add_u32(writer *out, uint32_t value) {
  ef_put_u32(out->payload + out->length, value);
  out->length += 4;
}

static void add_text(writer *out, const char *text) {
  uint32_t length = text == NULL ? 0 : (uint32_t)strlen(text);
  if (length > TEXT_MAX) length = TEXT_MAX;
  out->payload[out->length++] = (uint8_t)length;
  if (length != 0) memcpy(out->payload + out->length, text, length);
  out->length += length;
}

typedef struct {
  ef_session *session;
  const ef_link *link;
  const ef_frame *request;
  writer *reply;
} exchange;

static void add_progress(exchange *x, const ef_transfer *transfer) {
  add_u32(x->reply, transfer->next);
  add_u32(x->reply, transfer->map);
  add_u32(x->reply, x->link->window_bytes);
}

static ef_refusal on_hello(exchange *x) {
  const hal_board *board = hal_board_info();
  const ef_model *model = &x->session->model;
  uint8_t oldest = x->request->payload[0];
  uint8_t newest = x->request->payload[1];
  if (EF_PROTOCOL_VERSION < oldest || EF_PROTOCOL_VERSION > newest) {
    return ef_refuse(EF_REFUSE_PROTOCOL, newest, EF_PROTOCOL_VERSION);
  }
  x->session->id = x->request->session;
  add_u32(x->reply, EF_PROTOCOL_VERSION | (EF_ABI_VERSION << 16));
  add_u32(x->reply, EF_PAYLOAD_MAX);
  add_u32(x->reply, x->link->window_bytes);
  add_u32(x->reply, ef_slot_bytes());
  add_u32(x->reply, ef_heap_bytes());
  add_u32(x->reply, model->offer.artifact_bytes);
  add_u32(x->reply, model->offer.artifact_crc);
  add_u32(x->reply, model->offer.arena_bytes);
  add_text(x->reply, board->id);
  add_text(x->reply, rt_name);
  return ef_accept();
}

static ef_refusal on_offer(exchange *x) {
  return ef_model_offer(&x->session->model, x->request->payload, x->request->length);
}

static ef_refusal on_data(exchange *x) {
  const ef_frame *request = x->request;
  ef_model *model = &x->session->model;
  ef_refusal refusal = ef_model_data(model, request->offset, request->payload, request->length);
  if (refusal.reason == EF_OK) add_progress(x, &model->artifact);
  return refusal;
}

static ef_refusal on_commit(exchange *x) {
  return ef_model_commit(&x->session->model);
}

static ef_refusal on_confirm(exchange *x) {
  x->session->model.state = EF_MODEL_CONFIRMED;
  return ef_accept();
}

static ef_refusal on_abort(exchange *x) {
  ef_model_discard(&x->session->model);
  return ef_accept();
}

static ef_refusal on_reset(exchange *x) {
  x->session->restarts = true;
  return ef_accept();
}

static ef_refusal on_status(exchange *x) {
  const ef_model *model = &x->session->model;
  add_progress(x, &model->artifact);
  add_u32(x->reply, model->offer.input_bytes);
  add_u32(x->reply, model->offer.output_bytes);
  add_u32(x->reply, model->offer.chunk_bytes);
  add_u32(x->reply, model->phase);
  return ef_accept();
}

static ef_refusal on_run(exchange *x) {
  const ef_frame *request = x->request;
  ef_model *model = &x->session->model;
  ef_refusal refusal = ef_model_input(model, request->seq, request->offset, request->payload,
                                      request->length);
  if (refusal.reason == EF_OK) add_progress(x, &model->input);
  return refusal;
}

static ef_refusal on_read(exchange *x) {
  const ef_frame *request = x->request;
  uint32_t length = ef_get_u16(request->payload);
  uint32_t room = EF_PAYLOAD_MAX - REPLY_HEADER_BYTES;
  if (length > room) return ef_refuse(EF_REFUSE_MALFORMED, room, length);
  ef_refusal refusal = ef_model_output(&x->session->model, request->seq, request->offset,
                                       x->reply->payload + x->reply->length, length);
  if (refusal.reason == EF_OK) x->reply->length += length;
  return refusal;
}

static ef_refusal on_stats(exchange *x) {
  rt_stats stats;
  rt_statistics(&stats);
  const uint32_t fields[] = {
    stats.heap_used_bytes, stats.heap_peak_bytes, stats.heap_bytes,
    stats.memory_bytes,    stats.code_bytes,      stats.code_words,
    stats.functions,       stats.stack_bytes,     stats.frame_bytes_max,
    x->session->model.predict_us, x->link->frames, x->link->noise, x->link->dropped_bytes,
  };
  for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) add_u32(x->reply, fields[i]);
  return ef_accept();
}

typedef struct {
  uint16_t length_min;
  uint16_t length_max;
  uint8_t states;
  ef_refusal (*answer)(exchange *x);
} request_rule;

static const request_rule rules[] = {
  [EF_HELLO] = { 2, 2, ANY_STATE, on_hello },
  [EF_OFFER] = { EF_OFFER_BYTES, EF_PAYLOAD_MAX, ANY_STATE, on_offer },
  [EF_DATA] = { 1, EF_PAYLOAD_MAX, IN(EF_MODEL_RECEIVING), on_data },
  [EF_COMMIT] = { 0, 0, IN(EF_MODEL_RECEIVING) | IN(EF_MODEL_REFUSED) | STORED, on_commit },
  [EF_CONFIRM] = { 0, 0, STORED, on_confirm },
  [EF_ABORT] = { 0, 0, ANY_STATE, on_abort },
  [EF_STATUS] = { 0, 0, ANY_STATE, on_status },
  [EF_RUN] = { 0, EF_PAYLOAD_MAX, STORED, on_run },
  [EF_READ] = { 2, 2, STORED, on_read },
  [EF_STATS] = { 0, 0, ANY_STATE, on_stats },
  [EF_RESET] = { 0, 0, ANY_STATE, on_reset },
};

static uint32_t lowest_state(uint8_t states) {
  uint32_t state = 0;
  while ((states >> state & 1u) == 0) state++;
  return state;
}

static ef_refusal dispatch(exchange *x) {
  const ef_frame *request = x->request;
  uint32_t known = sizeof rules / sizeof rules[0];
  if (request->type >= known || rules[request->type].answer == NULL) {
    return ef_refuse(EF_REFUSE_PROTOCOL, request->type, EF_PROTOCOL_VERSION);
  }
  const request_rule *rule = &rules[request->type];
  uint8_t session = x->session->id;
  if (request->session == 0 || (request->type != EF_HELLO && request->session != session)) {
    return ef_refuse(EF_REFUSE_SESSION, request->session, session);
  }
  if (request->length < rule->length_min || request->length > rule->length_max) {
    return ef_refuse(EF_REFUSE_MALFORMED, rule->length_min, request->length);
  }
  ef_model_state state = x->session->model.state;
  if ((rule->states & IN(state)) == 0) {
    return ef_refuse(EF_REFUSE_STATE, lowest_state(rule->states), state);
  }
  return rule->answer(x);
}

ef_frame ef_session_answer(ef_session *session, const ef_link *link, const ef_frame *request,
                           uint8_t *payload) {
  writer reply = { payload, REPLY_HEADER_BYTES };
  exchange x = { session, link, request, &reply };
  ef_refusal refusal = dispatch(&x);
  if (refusal.reason != EF_OK) {
    reply.length = REPLY_HEADER_BYTES;
    add_u32(&reply, refusal.needed);
    add_u32(&reply, refusal.available);
    add_text(&reply, refusal.text);
  }
  payload[0] = (uint8_t)refusal.reason;
  payload[1] = (uint8_t)session->model.state;
  ef_put_u16(payload + 2, session->model.run);
  return (ef_frame){ (uint8_t)(request->type | EF_REPLY_BIT), request->session, request->seq,
                     request->offset, payload, reply.length };
}

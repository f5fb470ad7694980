/*
 * Storing, loading and running the one model. Inputs and outputs travel as the concatenation of
 * their regions; next_piece maps a range of it to linear memory.
 *
 * An input that arrives by rows has one region, that of a row: the module asks for every row, which
 * is put there before it is called again.
 *
 * Invariant: linear memory is touched only inside the offered regions, which ef_offer_read has
 * bounded by the arena, which equals the memory's length (checked at commit).
 */
#include "model.h"

#include <string.h>

#include "frame.h"
#include "module.h"
#include "slot.h"
#include "../hal.h"
#include "../runtime/rt.h"

#define WASM_PAGE_BYTES 65536u
#define READ_LEASE_US 1000000u

void ef_model_clear(ef_model *model) {
  rt_unload();
  memset(model, 0, sizeof *model);
}

ef_refusal ef_model_offer(ef_model *model, const uint8_t *payload, uint32_t length) {
  ef_offer offer;
  ef_refusal refusal = ef_offer_read(&offer, payload, length);
  if (refusal.reason != EF_OK) return refusal;
  ef_model_clear(model);
  refusal = ef_slot_erase(&offer);
  if (refusal.reason != EF_OK) return refusal;
  model->offer = offer;
  model->state = EF_MODEL_RECEIVING;
  ef_transfer_begin(&model->artifact, offer.artifact_bytes, offer.chunk_bytes);
  return ef_accept();
}

static ef_refusal misplaced(const ef_transfer *transfer, uint32_t offset) {
  return ef_refuse(EF_REFUSE_MALFORMED, transfer->next * transfer->chunk_bytes, offset);
}

ef_refusal ef_model_data(ef_model *model, uint32_t offset, const uint8_t *bytes, uint32_t length) {
  ef_chunk chunk = ef_transfer_place(&model->artifact, offset, length);
  if (chunk == EF_CHUNK_SEEN) return ef_accept();
  if (chunk == EF_CHUNK_INVALID) return misplaced(&model->artifact, offset);
  ef_refusal refusal = ef_slot_write(offset, bytes, length);
  if (refusal.reason == EF_OK) ef_transfer_mark(&model->artifact, offset);
  return refusal;
}

static ef_refusal check_arena(const ef_offer *offer, const ef_module *module) {
  uint64_t memory_bytes = (uint64_t)module->memory_pages * WASM_PAGE_BYTES;
  if (module->heap_base != offer->arena_bytes) {
    return ef_refuse(EF_REFUSE_ARENA, offer->arena_bytes, module->heap_base);
  }
  if (memory_bytes < offer->arena_bytes) {
    return ef_refuse(EF_REFUSE_ARENA, offer->arena_bytes, (uint32_t)memory_bytes);
  }
  return ef_accept();
}

/* The offer tells where one row goes; what arrives is all of them. */
static ef_refusal count_rows(ef_model *model, ef_offer *offer, uint32_t rows) {
  uint64_t bytes = (uint64_t)offer->input_bytes * rows;
  model->input_rows = rows;
  if (rows == 0) return ef_accept();
  if (offer->input_count != 1) return ef_refuse(EF_REFUSE_REGION, 1, offer->input_count);
  if (bytes == 0 || bytes > UINT32_MAX) return ef_refuse(EF_REFUSE_REGION, UINT32_MAX, rows);
  offer->input_bytes = (uint32_t)bytes;
  return ef_accept();
}

static ef_refusal load(ef_model *model, ef_offer *offer) {
  ef_refusal refusal = ef_slot_verify(offer);
  if (refusal.reason != EF_OK) return refusal;
  ef_module module;
  refusal = ef_module_open(&module, offer->artifact_bytes);
  if (refusal.reason == EF_OK) refusal = check_arena(offer, &module);
  if (refusal.reason == EF_OK) refusal = count_rows(model, offer, module.input_rows);
  if (refusal.reason == EF_OK) refusal = rt_load(&module, offer->arena_bytes);
  ef_module_close(&module);
  return refusal;
}

ef_refusal ef_model_commit(ef_model *model) {
  if (model->state != EF_MODEL_RECEIVING) return model->commit;
  const ef_transfer *artifact = &model->artifact;
  if (!ef_transfer_is_complete(artifact)) {
    return ef_refuse(EF_REFUSE_MALFORMED, ef_transfer_chunks(artifact), artifact->next);
  }
  model->commit = load(model, &model->offer);
  if (model->commit.reason == EF_OK) model->commit = ef_slot_seal(&model->offer);
  model->state = model->commit.reason == EF_OK ? EF_MODEL_LOADED : EF_MODEL_REFUSED;
  if (model->state == EF_MODEL_REFUSED) rt_unload();
  return model->commit;
}

void ef_model_restore(ef_model *model) {
  ef_offer offer;
  ef_model_clear(model);
  if (!ef_slot_recall(&offer)) return;
  if (load(model, &offer).reason == EF_OK) {
    model->offer = offer;
    model->state = EF_MODEL_CONFIRMED;
  } else {
    rt_unload();
  }
}

void ef_model_discard(ef_model *model) {
  ef_model_clear(model);
  ef_slot_forget();
}

/* A range of the concatenation of some regions. */
typedef struct {
  const ef_region *regions;
  uint32_t count;
  uint32_t offset;
  uint32_t length;
} ef_range;

/* Takes the first piece of the range that lies in one region; 0 when the range is used up. */
static uint32_t next_piece(ef_range *range, uint32_t *address) {
  uint32_t start = 0;
  for (uint32_t i = 0; i < range->count && range->length != 0; i++) {
    ef_region region = range->regions[i];
    uint32_t skipped = range->offset - start;
    if (skipped < region.bytes) {
      uint32_t left = region.bytes - skipped;
      uint32_t piece = left < range->length ? left : range->length;
      *address = region.offset + skipped;
      range->offset += piece;
      range->length -= piece;
      return piece;
    }
    start += region.bytes;
  }
  return 0;
}

/* Spreads the bytes of the range over linear memory. */
static void scatter(ef_range range, const uint8_t *bytes) {
  uint32_t memory_bytes;
  uint8_t *memory = rt_memory(&memory_bytes);
  uint32_t address;
  for (uint32_t piece; (piece = next_piece(&range, &address)) != 0; bytes += piece) {
    memcpy(memory + address, bytes, piece);
  }
}

/* Collects them. */
static void gather(ef_range range, uint8_t *to) {
  uint32_t memory_bytes;
  const uint8_t *memory = rt_memory(&memory_bytes);
  uint32_t address;
  for (uint32_t piece; (piece = next_piece(&range, &address)) != 0; to += piece) {
    memcpy(to, memory + address, piece);
  }
}

static ef_range inputs_of(const ef_offer *offer, uint32_t offset, uint32_t length) {
  return (ef_range){ offer->regions, offer->input_count, offset, length };
}

static ef_range outputs_of(const ef_offer *offer, uint32_t offset, uint32_t length) {
  const ef_region *outputs = offer->regions + offer->input_count;
  return (ef_range){ outputs, offer->output_count, offset, length };
}

/* Runs the module, up to the next row that it wants or to its end. */
static ef_refusal advance(ef_model *model, bool wants_row) {
  bool wants = false;
  uint32_t started = hal_ticks_us();
  ef_refusal refusal = rt_predict(&wants);
  model->ended_us = hal_ticks_us();
  model->predict_us += model->ended_us - started;
  bool is_wrong = refusal.reason == EF_OK && wants != wants_row;
  return is_wrong ? ef_refuse_with(EF_REFUSE_TRAP, "other rows than the module says") : refusal;
}

/* Hands on bytes that follow those before: the module makes room before the first of each row. */
static ef_refusal feed_rows(ef_model *model, uint32_t offset, const uint8_t *bytes,
                            uint32_t length) {
  uint32_t row_bytes = model->offer.regions[0].bytes;
  uint32_t memory_bytes;
  for (uint32_t piece; length != 0; offset += piece, bytes += piece, length -= piece) {
    uint32_t at = offset % row_bytes;
    ef_refusal refusal = at == 0 ? advance(model, true) : ef_accept();
    if (refusal.reason != EF_OK) return refusal;
    piece = row_bytes - at < length ? row_bytes - at : length;
    memcpy(rt_memory(&memory_bytes) + model->offer.regions[0].offset + at, bytes, piece);
  }
  return ef_accept();
}

static ef_refusal put_inputs(ef_model *model, uint32_t offset, const uint8_t *bytes,
                             uint32_t length) {
  if (model->input_rows != 0) return feed_rows(model, offset, bytes, length);
  scatter(inputs_of(&model->offer, offset, length), bytes);
  return ef_accept();
}

/* A prediction begins: rows of one that was given up are forgotten. */
static ef_refusal begin_prediction(ef_model *model) {
  model->predict_us = 0;
  return model->input_rows == 0 ? ef_accept() : rt_step(EF_STEP_FORGET);
}

static void begin_run(ef_model *model, uint16_t run) {
  model->run = run;
  model->phase = EF_RUN_INPUT;
  model->outcome = begin_prediction(model);
  ef_transfer_begin(&model->input, model->offer.input_bytes, model->offer.chunk_bytes);
}

ef_refusal ef_model_input(ef_model *model, uint16_t run, uint32_t offset, const uint8_t *bytes,
                          uint32_t length) {
  uint16_t following = (uint16_t)(model->run + 1);
  bool is_current = run == model->run && model->phase != EF_RUN_NONE;
  if (!is_current && run != following) return ef_refuse(EF_REFUSE_SEQUENCE, following, run);
  if (!is_current) begin_run(model, run);
  ef_chunk chunk = ef_transfer_place(&model->input, offset, length);
  if (chunk == EF_CHUNK_SEEN) return ef_accept();
  if (chunk == EF_CHUNK_INVALID) return misplaced(&model->input, offset);
  bool is_next = offset == model->input.next * model->offer.chunk_bytes;
  if (model->input_rows != 0 && !is_next) return ef_accept();
  if (model->outcome.reason == EF_OK) model->outcome = put_inputs(model, offset, bytes, length);
  ef_transfer_mark(&model->input, offset);
  if (ef_transfer_is_complete(&model->input)) model->phase = EF_RUN_PENDING;
  return ef_accept();
}

void ef_model_predict(ef_model *model) {
  if (model->outcome.reason == EF_OK) model->outcome = advance(model, false);
  model->phase = model->outcome.reason == EF_OK ? EF_RUN_DONE : EF_RUN_FAILED;
}

ef_refusal ef_model_output(const ef_model *model, uint16_t run, uint32_t offset, uint8_t *to,
                           uint32_t length) {
  if (run != model->run) return ef_refuse(EF_REFUSE_SEQUENCE, model->run, run);
  if (model->phase == EF_RUN_FAILED) return model->outcome;
  if (model->phase != EF_RUN_DONE) return ef_refuse(EF_REFUSE_STATE, EF_RUN_DONE, model->phase);
  uint32_t output_bytes = model->offer.output_bytes;
  if (length > EF_PAYLOAD_MAX || offset > output_bytes || length > output_bytes - offset) {
    return ef_refuse(EF_REFUSE_MALFORMED, output_bytes, offset);
  }
  gather(outputs_of(&model->offer, offset, length), to);
  return ef_accept();
}

static bool is_running(const ef_model *model) {
  return model->state == EF_MODEL_LOADED || model->state == EF_MODEL_CONFIRMED;
}

/* The host's run is under way, or its outputs have just come and are still to be read. */
static bool is_the_hosts(const ef_model *model, uint32_t now_us) {
  if (model->phase == EF_RUN_INPUT || model->phase == EF_RUN_PENDING) return true;
  return model->phase == EF_RUN_DONE && now_us - model->ended_us < READ_LEASE_US;
}

ef_refusal ef_model_predict_here(ef_model *model, const void *inputs, void *outputs) {
  if (!is_running(model)) return ef_refuse(EF_REFUSE_STATE, EF_MODEL_LOADED, model->state);
  if (is_the_hosts(model, hal_ticks_us())) {
    return ef_refuse(EF_REFUSE_STATE, EF_RUN_NONE, model->phase);
  }
  const ef_offer *offer = &model->offer;
  model->phase = EF_RUN_NONE;
  ef_refusal refusal = begin_prediction(model);
  if (refusal.reason == EF_OK) refusal = put_inputs(model, 0, inputs, offer->input_bytes);
  if (refusal.reason == EF_OK) refusal = advance(model, false);
  if (refusal.reason == EF_OK) gather(outputs_of(offer, 0, offer->output_bytes), outputs);
  return refusal;
}

const uint8_t *ef_model_first_output(const ef_model *model, uint32_t *length) {
  const ef_offer *offer = &model->offer;
  uint32_t memory_bytes;
  const uint8_t *memory = rt_memory(&memory_bytes);
  ef_region first = offer->regions[offer->input_count];
  *length = offer->output_count == 0 ? 0 : first.bytes;
  return offer->output_count == 0 ? NULL : memory + first.offset;
}

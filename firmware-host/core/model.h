/*
 * The model on the board: stored from an offer, loaded by commit, run case by case. Linear memory
 * is left as it is between runs, so a model's state lives from case to case.
 *
 * Runs are numbered: a run number is started once, whatever is repeated on the line.
 */
#ifndef EDGEFLASH_MODEL_H
#define EDGEFLASH_MODEL_H

#include "offer.h"
#include "transfer.h"

typedef enum {
  EF_MODEL_EMPTY = 0,
  EF_MODEL_RECEIVING = 1,
  EF_MODEL_REFUSED = 2, /* commit failed; the reason is kept for a host that asks again */
  EF_MODEL_LOADED = 3,
  EF_MODEL_CONFIRMED = 4,
} ef_model_state;

typedef enum {
  EF_RUN_NONE = 0,
  EF_RUN_INPUT = 1,   /* input chunks are arriving */
  EF_RUN_PENDING = 2, /* all inputs are here; predict comes next */
  EF_RUN_DONE = 3,    /* outputs can be read */
  EF_RUN_FAILED = 4,
} ef_run_phase;

typedef struct {
  ef_model_state state;
  ef_offer offer;
  ef_transfer artifact;
  ef_refusal commit;
  ef_run_phase phase;
  uint16_t run; /* number of the current run; 0 before the first */
  uint32_t input_rows; /* 0: the input arrives at once */
  ef_transfer input;
  ef_refusal outcome;
  uint32_t predict_us;
  uint32_t ended_us; /* when the last prediction did */
} ef_model;

/* Unloads the model; the slot keeps it. */
void ef_model_clear(ef_model *model);

/* Loads what the slot holds: confirmed, or empty when that is nothing or damaged. */
void ef_model_restore(ef_model *model);

/* Unloads the model and forgets it for good. */
void ef_model_discard(ef_model *model);

ef_refusal ef_model_offer(ef_model *model, const uint8_t *payload, uint32_t length);
ef_refusal ef_model_data(ef_model *model, uint32_t offset, const uint8_t *bytes, uint32_t length);
ef_refusal ef_model_commit(ef_model *model);

/*
 * One chunk of the inputs of run number `run`; the last one makes the run pending. Where the input
 * arrives by rows its chunks are taken in order: one that came before its turn is not marked.
 */
ef_refusal ef_model_input(ef_model *model, uint16_t run, uint32_t offset, const uint8_t *bytes,
                          uint32_t length);
void ef_model_predict(ef_model *model);

/* Copies outputs [offset, offset + length) of the run to `to`. */
ef_refusal ef_model_output(const ef_model *model, uint16_t run, uint32_t offset, uint8_t *to,
                           uint32_t length);

/*
 * A prediction of the board's own: all inputs in, all outputs out, as on the wire. Refused while
 * the memory belongs to a run of the host (until a second after it, so that it can read).
 */
ef_refusal ef_model_predict_here(ef_model *model, const void *inputs, void *outputs);

/* Where output 0 lies in linear memory; NULL when the model has none. */
const uint8_t *ef_model_first_output(const ef_model *model, uint32_t *length);

#endif

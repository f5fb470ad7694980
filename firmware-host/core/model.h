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
  ef_transfer input;
  ef_refusal outcome;
  uint32_t predict_us;
} ef_model;

void ef_model_clear(ef_model *model);
ef_refusal ef_model_offer(ef_model *model, const uint8_t *payload, uint32_t length);
ef_refusal ef_model_data(ef_model *model, uint32_t offset, const uint8_t *bytes, uint32_t length);
ef_refusal ef_model_commit(ef_model *model);

/* One chunk of the inputs of run number `run`; the last one makes the run pending. */
ef_refusal ef_model_input(ef_model *model, uint16_t run, uint32_t offset, const uint8_t *bytes,
                          uint32_t length);
void ef_model_predict(ef_model *model);

/* Copies outputs [offset, offset + length) of the run to `to`. */
ef_refusal ef_model_output(const ef_model *model, uint16_t run, uint32_t offset, uint8_t *to,
                           uint32_t length);

#endif

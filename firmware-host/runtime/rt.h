/*
 * The WebAssembly runtime as the core sees it. wasm3 stands behind it today (rt_wasm3.c); another
 * runtime implements the same functions. One model is loaded at a time.
 *
 * Invariant: loading translates everything, so nothing of the code is needed afterwards and only
 * the weights are read while a model runs; the linear memory is exactly `memory_limit` bytes, and
 * an access beyond traps.
 */
#ifndef EDGEFLASH_RT_H
#define EDGEFLASH_RT_H

#include <stdbool.h>
#include <stdint.h>

#include "../core/module.h"

#define EF_STEP_FORGET UINT32_MAX

typedef struct {
  uint32_t heap_used_bytes;
  uint32_t heap_peak_bytes;
  uint32_t heap_bytes;
  uint32_t memory_bytes;      /* linear memory */
  uint32_t code_bytes;        /* RAM held by translated code */
  uint32_t code_words;        /* of it, words in use */
  uint32_t functions;
  uint32_t stack_bytes;       /* the runtime's value stack */
  uint32_t frame_bytes_max;   /* largest frame of one function in it */
} rt_stats;

extern const char rt_name[];

/* RAM bytes any model costs before its own memory and code: a lower bound for early refusal. */
uint32_t rt_fixed_bytes(void);

/* rt_unload comes before: what is on the heap then stays. */
ef_refusal rt_load(const ef_module *module, uint32_t memory_limit);
/* wants_row: the next row of the input is to be put in its place, and predict called again. */
ef_refusal rt_predict(bool *wants_row);
/* EF_STEP_FORGET: rows that have arrived are forgotten; without rows it does nothing. */
ef_refusal rt_step(uint32_t index);
uint8_t *rt_memory(uint32_t *length); /* NULL when no model is loaded */
void rt_statistics(rt_stats *stats);
void rt_unload(void);

#endif

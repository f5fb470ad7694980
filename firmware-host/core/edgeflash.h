/*
 * edgeflash for a maker's own program: the model that a host deploys, used from the board's loop.
 *
 *   ef_begin(NULL);
 *   for (;;) { ef_poll(); if (ef_predict(sensor, result)) use(result); }
 *
 * ef_poll talks with the host and must be called often; a prediction of the host's runs in it. No
 * function waits. Inputs and outputs are the tensors' bytes, one after the other.
 */
#ifndef EDGEFLASH_EDGEFLASH_H
#define EDGEFLASH_EDGEFLASH_H

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Called after each prediction that the host asked for, with the model's first output. */
typedef void (*ef_callback)(const uint8_t *output, uint32_t length);

/* Starts, and loads the model that the slot holds from before. `predicted` may be NULL. */
void ef_begin(ef_callback predicted);

/* Does a piece of work; false when there is nothing to do until more bytes come. */
bool ef_poll(void);

/*
 * Runs the model; false when there is none, when it stopped, and while the host is using it (until
 * a second after a prediction that the host asked for).
 */
bool ef_predict(const void *inputs, void *outputs);

/* What ef_predict reads and writes; 0 without a model. */
uint32_t ef_input_bytes(void);
uint32_t ef_output_bytes(void);

#ifdef __cplusplus
}
#endif

#endif

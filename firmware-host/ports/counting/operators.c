/*
 * The counter that the benchmark simulator's wasm3 increments at every operator it dispatches
 * (build.mjs puts the increment into a copy of wasm3's header). Deterministic: the same module and
 * input give the same count on any machine.
 */
#include <stdint.h>

unsigned long long ef_operators;

__attribute__((export_name("sim_operators"))) uint64_t sim_operators(void) { return ef_operators; }

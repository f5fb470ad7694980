/*
 * wasm3 behind rt.h. Everything wasm3 allocates comes from the board's block through core/heap.c,
 * so its figures are exact and unloading is one reset.
 *
 * memoryLimit makes the linear memory exactly the planned bytes, although Wasm counts in pages of
 * 64 KB; wasm3 compares every access with that length. All functions are translated at load, so a
 * model that does not fit or does not link fails in COMMIT and never in the middle of a run.
 */
#include "rt.h"

#include <string.h>

#include "../core/heap.h"
#include "../hal.h"
#include "m3_env.h"
#include "weights.h"

const char rt_name[] = "wasm3 " M3_VERSION;

static struct {
  IM3Environment environment;
  IM3Runtime runtime;
  IM3Module module;
  IM3Function predict;
  IM3Function step;
  ef_extent weights;
} rt;

/* What predict() returns instead of 0. */
#define PREDICT_WANTS_ROW 1

static const char trap_pull[] = "[trap] weights pull out of bounds";

/* wasm3 calls this at every call of a function: the one place where native stack can grow. */
M3Result m3_Yield(void) {
  const uint8_t *limit = hal_board_info()->stack_limit;
  const uint8_t *here = __builtin_frame_address(0);
  return here < limit ? "[trap] native stack overflow" : m3Err_none;
}

static ef_memory memory_of(IM3Runtime runtime) {
  ef_memory memory = { NULL, 0 };
  memory.bytes = m3_GetMemory(runtime, &memory.length, 0);
  return memory;
}

static m3ApiRawFunction(pull_weights) {
  (void)_ctx;
  (void)_mem;
  m3ApiGetArg(uint32_t, to);
  m3ApiGetArg(uint32_t, from);
  m3ApiGetArg(uint32_t, length);
  if (!ef_weights_copy(memory_of(runtime), rt.weights, to, from, length)) m3ApiTrap(trap_pull);
  m3ApiSuccess();
}

static m3ApiRawFunction(pull_tile) {
  (void)_ctx;
  (void)_mem;
  ef_tile tile;
  uint32_t *const fields[] = {
    &tile.to, &tile.from, &tile.triples, &tile.lane_bits, &tile.raw_bytes,
  };
  for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
    m3ApiGetArg(uint32_t, value);
    *fields[i] = value;
  }
  if (!ef_weights_tile(memory_of(runtime), rt.weights, &tile)) m3ApiTrap(trap_pull);
  m3ApiSuccess();
}

static M3Result link_import(const char *name, const char *signature, M3RawCall function) {
  M3Result result = m3_LinkRawFunction(rt.module, "edgeflash", name, signature, function);
  return result == m3Err_functionLookupFailed ? m3Err_none : result;
}

static M3Result find(IM3Function *function, const char *name, uint32_t arguments,
                     uint32_t results) {
  M3Result result = m3_FindFunction(function, rt.runtime, name);
  if (result) return result;
  bool fits = m3_GetArgCount(*function) == arguments && m3_GetRetCount(*function) == results;
  for (uint32_t i = 0; fits && i < arguments; i++) {
    fits = m3_GetArgType(*function, i) == c_m3Type_i32;
  }
  if (fits && results == 1) fits = m3_GetRetType(*function, 0) == c_m3Type_i32;
  return fits ? m3Err_none : m3Err_malformedFunctionSignature;
}

static M3Result instantiate(const ef_module *module, uint32_t memory_limit) {
  rt.environment = m3_NewEnvironment();
  if (rt.environment == NULL) return m3Err_mallocFailed;
  rt.runtime = m3_NewRuntime(rt.environment, EF_VALUE_STACK_BYTES, NULL);
  if (rt.runtime == NULL) return m3Err_mallocFailed;
  rt.runtime->memoryLimit = memory_limit;
  M3Result result =
    m3_ParseModule(rt.environment, &rt.module, module->code.bytes, module->code.length);
  if (!result) result = m3_LoadModule(rt.runtime, rt.module);
  if (!result) result = link_import("weights", "v(iii)", pull_weights);
  if (!result) result = link_import("tile", "v(iiiii)", pull_tile);
  if (!result) result = m3_CompileModule(rt.module);
  if (!result) result = find(&rt.predict, "predict", 0, 1);
  if (!result) result = find(&rt.step, "step", 1, 0);
  return result;
}

uint32_t rt_fixed_bytes(void) {
  return sizeof(M3Environment) + sizeof(M3Runtime) + sizeof(M3Module) + sizeof(M3MemoryHeader)
         + EF_VALUE_STACK_BYTES + d_m3CodePageAlignSize;
}

ef_refusal rt_load(const ef_module *module, uint32_t memory_limit) {
  rt.weights = module->weights;
  M3Result result = instantiate(module, memory_limit);
  uint32_t short_bytes = ef_heap_short();
  if (!result && short_bytes == 0) return ef_accept();
  if (short_bytes != 0 || result == m3Err_mallocFailed) {
    return ef_refuse(EF_REFUSE_MEMORY, short_bytes, ef_heap_bytes());
  }
  /* The toolchain makes no other operators that this wasm3 could lack. */
  if (!d_m3HasFloat && result == m3Err_unknownOpcode) return ef_refuse(EF_REFUSE_FLOAT, 0, 0);
  return ef_refuse_with(EF_REFUSE_MODULE, result);
}

/* Where the heap is not ours, unloading is more than a reset. */
static void free_structures(void) {
  if (rt.module != NULL && rt.module->runtime == NULL) m3_FreeModule(rt.module);
  m3_FreeRuntime(rt.runtime);
  m3_FreeEnvironment(rt.environment);
}

void rt_unload(void) {
  if (EF_SYSTEM_HEAP) free_structures();
  memset(&rt, 0, sizeof rt);
  ef_heap_reset();
}

static const char not_loaded[] = "no model is loaded";

ef_refusal rt_predict(bool *wants_row) {
  if (rt.predict == NULL) return ef_refuse_with(EF_REFUSE_TRAP, not_loaded);
  M3Result result = m3_CallV(rt.predict);
  if (result) return ef_refuse_with(EF_REFUSE_TRAP, result);
  int32_t code = 0;
  m3_GetResultsV(rt.predict, &code);
  *wants_row = code == PREDICT_WANTS_ROW;
  bool is_known = code == 0 || *wants_row;
  return is_known ? ef_accept() : ef_refuse(EF_REFUSE_TRAP, 0, (uint32_t)code);
}

ef_refusal rt_step(uint32_t index) {
  if (rt.step == NULL) return ef_refuse_with(EF_REFUSE_TRAP, not_loaded);
  M3Result result = m3_CallV(rt.step, index);
  return result ? ef_refuse_with(EF_REFUSE_TRAP, result) : ef_accept();
}

uint8_t *rt_memory(uint32_t *length) {
  ef_memory memory = { NULL, 0 };
  if (rt.predict != NULL) memory = memory_of(rt.runtime);
  *length = memory.length;
  return memory.bytes;
}

static void add_pages(rt_stats *stats, const M3CodePage *page) {
  for (; page != NULL; page = page->info.next) {
    stats->code_bytes += (uint32_t)(sizeof page->info + page->info.numLines * sizeof(code_t));
    stats->code_words += page->info.lineIndex;
  }
}

void rt_statistics(rt_stats *stats) {
  memset(stats, 0, sizeof *stats);
  stats->heap_used_bytes = ef_heap_used();
  stats->heap_peak_bytes = ef_heap_peak();
  stats->heap_bytes = ef_heap_bytes();
  rt_memory(&stats->memory_bytes);
  if (rt.predict == NULL) return;
  stats->stack_bytes = EF_VALUE_STACK_BYTES;
  stats->functions = rt.module->numFunctions;
  add_pages(stats, rt.runtime->pagesOpen);
  add_pages(stats, rt.runtime->pagesFull);
  add_pages(stats, rt.environment->pagesReleased);
  for (uint32_t i = 0; i < rt.module->numFunctions; i++) {
    uint32_t frame_bytes = rt.module->functions[i].maxStackSlots * (uint32_t)sizeof(m3slot_t);
    if (frame_bytes > stats->frame_bytes_max) stats->frame_bytes_max = frame_bytes;
  }
}

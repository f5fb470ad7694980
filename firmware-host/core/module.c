/*
 * A bounds-checked scan of a module's sections, in two passes: one over flash that finds where
 * things are, by the heads of the sections, and one over the code. It is no validator (the host
 * validates before it sends, and the CRC says that these are the bytes it sent), but nothing in it
 * trusts a length, and it refuses what ABI 1 forbids: foreign imports, start functions, segments,
 * computed globals.
 *
 * Invariant: a reader that runs past its end sets `bad` and yields zeros from then on.
 */
#include "module.h"

#include <stdbool.h>
#include <string.h>

#include "heap.h"
#include "slot.h"

#define WASM_HEADER_BYTES 8u
/* Enough for id, length and the name edgeflash.weights. */
#define SECTION_HEAD_BYTES 32u
#define SECTION_CUSTOM 0u
#define SECTION_IMPORT 2u
#define SECTION_MEMORY 5u
#define SECTION_GLOBAL 6u
#define SECTION_EXPORT 7u
#define SECTION_START 8u
#define SECTION_ELEMENT 9u
#define SECTION_DATA 11u
#define EXTERNAL_FUNCTION 0u
#define EXTERNAL_GLOBAL 3u
#define OP_END 0x0bu
#define OP_I32_CONST 0x41u
#define OP_F32_CONST 0x43u
#define OP_F64_CONST 0x44u
#define NO_INDEX UINT32_MAX

typedef struct {
  const uint8_t *at;
  const uint8_t *end;
  bool bad;
} reader;

typedef struct {
  ef_module *module;
  ef_span globals;
  uint32_t heap_base_index;
  uint32_t input_rows_index;
  const char *error;
} scan;

static uint8_t read_byte(reader *in) {
  if (in->at == in->end) {
    in->bad = true;
    return 0;
  }
  return *in->at++;
}

static ef_span read_span(reader *in, uint32_t length) {
  if (length > (uint32_t)(in->end - in->at)) {
    in->bad = true;
    length = 0;
  }
  ef_span span = { in->at, length };
  in->at += length;
  return span;
}

/* LEB128 of up to `groups` groups of seven bits; sign extension is left to the caller. */
static uint64_t read_leb(reader *in, uint32_t groups, uint32_t *bits) {
  uint64_t value = 0;
  uint32_t shift = 0;
  for (uint32_t i = 0; i < groups; i++) {
    uint8_t byte = read_byte(in);
    value |= (uint64_t)(byte & 0x7f) << shift;
    shift += 7;
    if ((byte & 0x80) == 0) {
      *bits = shift;
      return value;
    }
  }
  in->bad = true;
  *bits = shift;
  return 0;
}

static uint32_t read_u32(reader *in) {
  uint32_t bits;
  return (uint32_t)read_leb(in, 5, &bits);
}

static ef_span read_name(reader *in) {
  return read_span(in, read_u32(in));
}

static bool is_name(ef_span name, const char *text) {
  return name.length == strlen(text) && memcmp(name.bytes, text, name.length) == 0;
}

static void scan_imports(scan *state, reader *in) {
  uint32_t count = read_u32(in);
  for (uint32_t i = 0; i < count && !in->bad; i++) {
    ef_span module = read_name(in);
    ef_span field = read_name(in);
    uint8_t kind = read_byte(in);
    bool known = is_name(field, "weights") || is_name(field, "tile");
    if (!is_name(module, "edgeflash") || !known || kind != EXTERNAL_FUNCTION) {
      state->error = "import outside ABI 1";
      return;
    }
    read_u32(in);
  }
}

static void scan_memory(scan *state, reader *in) {
  uint32_t count = read_u32(in);
  read_byte(in);
  state->module->memory_pages = read_u32(in);
  if (count != 1) state->error = "not one memory";
}

static void scan_globals(scan *state, reader *in) {
  state->globals = (ef_span){ in->at, (uint32_t)(in->end - in->at) };
}

static void scan_exports(scan *state, reader *in) {
  uint32_t count = read_u32(in);
  for (uint32_t i = 0; i < count && !in->bad; i++) {
    ef_span name = read_name(in);
    uint8_t kind = read_byte(in);
    uint32_t index = read_u32(in);
    if (kind != EXTERNAL_GLOBAL) continue;
    if (is_name(name, "__heap_base")) state->heap_base_index = index;
    if (is_name(name, "__input_rows")) state->input_rows_index = index;
  }
}

/* Start functions, tables and data segments cost RAM or run code behind the plan's back. */
static void scan_forbidden(scan *state, reader *in) {
  (void)in;
  state->error = "section outside ABI 1";
}

typedef void (*section_scanner)(scan *state, reader *in);

static const section_scanner scanners[] = {
  [SECTION_IMPORT] = scan_imports,
  [SECTION_MEMORY] = scan_memory,    [SECTION_GLOBAL] = scan_globals,
  [SECTION_EXPORT] = scan_exports,   [SECTION_START] = scan_forbidden,
  [SECTION_DATA] = scan_forbidden,   [SECTION_ELEMENT] = scan_forbidden,
};

/* A constant initialiser: one const instruction and end. Returns an i32's value, or 0. */
static uint32_t read_initialiser(reader *in) {
  uint8_t op = read_byte(in);
  uint32_t bits = 0;
  uint64_t value = 0;
  if (op == OP_F32_CONST || op == OP_F64_CONST) {
    read_span(in, op == OP_F32_CONST ? 4 : 8);
  } else if (op == OP_I32_CONST || op == OP_I32_CONST + 1) {
    value = read_leb(in, op == OP_I32_CONST ? 5 : 10, &bits);
    if (bits < 32 && (value >> (bits - 1)) & 1) value |= ~(uint64_t)0 << bits;
  } else {
    in->bad = true;
  }
  if (read_byte(in) != OP_END) in->bad = true;
  return op == OP_I32_CONST ? (uint32_t)value : 0;
}

static const char *read_globals(scan *state) {
  if (state->heap_base_index == NO_INDEX) return "no __heap_base";
  reader in = { state->globals.bytes, state->globals.bytes + state->globals.length, false };
  uint32_t count = read_u32(&in);
  for (uint32_t i = 0; i < count && !in.bad; i++) {
    read_byte(&in);
    read_byte(&in);
    uint32_t value = read_initialiser(&in);
    if (i == state->heap_base_index) state->module->heap_base = value;
    if (i == state->input_rows_index) state->module->input_rows = value;
  }
  if (in.bad) return "global initialiser";
  return state->heap_base_index < count ? NULL : "no __heap_base";
}

static const char *scan_sections(scan *state, reader *file) {
  while (file->at != file->end) {
    uint8_t id = read_byte(file);
    ef_span body = read_span(file, read_u32(file));
    if (file->bad) return "truncated section";
    reader in = { body.bytes, body.bytes + body.length, false };
    section_scanner scanner = id < sizeof scanners / sizeof scanners[0] ? scanners[id] : NULL;
    if (scanner != NULL) scanner(state, &in);
    if (state->error != NULL) return state->error;
    if (in.bad) return "damaged section";
  }
  if (state->module->memory_pages == 0) return "no memory";
  return read_globals(state);
}

/* Notes where the weights are, if this custom section has them. `head` is how it begins. */
static const char *locate_weights(ef_module *module, reader *head, ef_extent body) {
  uint32_t before = (uint32_t)(head->end - head->at);
  uint32_t name_bytes = read_u32(head);
  uint32_t count_bytes = before - (uint32_t)(head->end - head->at);
  if (head->bad || count_bytes > body.length || name_bytes > body.length - count_bytes) {
    return "damaged section";
  }
  ef_span name = read_span(head, name_bytes);
  if (head->bad || !is_name(name, "edgeflash.weights")) return NULL;
  if (module->weights.offset != 0) return "two weights sections";
  uint32_t skipped = count_bytes + name_bytes;
  module->weights = (ef_extent){ body.offset + skipped, body.length - skipped };
  return NULL;
}

/* Walks the sections in flash: where the code ends and where the weights are. */
static const char *locate(ef_module *module, uint32_t length) {
  static const uint8_t header[WASM_HEADER_BYTES] = { 0, 'a', 's', 'm', 1, 0, 0, 0 };
  uint8_t bytes[SECTION_HEAD_BYTES];
  bool has_header = length >= WASM_HEADER_BYTES && ef_slot_read(0, bytes, WASM_HEADER_BYTES);
  if (!has_header || memcmp(bytes, header, WASM_HEADER_BYTES) != 0) return "no wasm header";
  module->code.length = WASM_HEADER_BYTES;
  for (uint32_t at = WASM_HEADER_BYTES; at < length;) {
    uint32_t known = length - at < SECTION_HEAD_BYTES ? length - at : SECTION_HEAD_BYTES;
    if (!ef_slot_read(at, bytes, known)) return "unreadable slot";
    reader head = { bytes, bytes + known, false };
    uint8_t id = read_byte(&head);
    ef_extent body = { 0, read_u32(&head) };
    body.offset = at + (uint32_t)(head.at - bytes);
    if (head.bad || body.length > length - body.offset) return "truncated section";
    const char *error = id == SECTION_CUSTOM ? locate_weights(module, &head, body) : NULL;
    if (error != NULL) return error;
    at = body.offset + body.length;
    if (id != SECTION_CUSTOM) module->code.length = at;
  }
  return NULL;
}

static ef_refusal make_addressable(ef_module *module) {
  uint32_t length = module->code.length;
  module->code.bytes = ef_slot_at(0);
  if (module->code.bytes != NULL) return ef_accept();
  module->copy = ef_calloc(1, length);
  if (module->copy == NULL) return ef_refuse(EF_REFUSE_MEMORY, ef_heap_short(), ef_heap_bytes());
  module->code.bytes = module->copy;
  if (ef_slot_read(0, module->copy, length)) return ef_accept();
  return ef_refuse(EF_REFUSE_FLASH, 0, length);
}

ef_refusal ef_module_open(ef_module *module, uint32_t length) {
  memset(module, 0, sizeof *module);
  const char *error = locate(module, length);
  if (error != NULL) return ef_refuse_with(EF_REFUSE_MODULE, error);
  ef_refusal refusal = make_addressable(module);
  if (refusal.reason != EF_OK) return refusal;
  const uint8_t *bytes = module->code.bytes;
  reader code = { bytes + WASM_HEADER_BYTES, bytes + module->code.length, false };
  scan state = { module, { bytes, 0 }, NO_INDEX, NO_INDEX, NULL };
  error = scan_sections(&state, &code);
  return error == NULL ? ef_accept() : ef_refuse_with(EF_REFUSE_MODULE, error);
}

void ef_module_close(ef_module *module) {
  ef_free(module->copy);
  module->copy = NULL;
}

/*
 * Why the board says no: a reason, the two numbers that disagree, and sometimes the runtime's own
 * words. The reasons are part of the wire format (docs/device-protocol.md, section 5); a number is
 * never reused.
 */
#ifndef EDGEFLASH_REFUSAL_H
#define EDGEFLASH_REFUSAL_H

#include <stddef.h>
#include <stdint.h>

typedef enum {
  EF_OK = 0,
  EF_REFUSE_PROTOCOL = 1,  /* versions: asked, spoken */
  EF_REFUSE_MALFORMED = 2, /* a length or a field: expected, got */
  EF_REFUSE_STATE = 3,     /* not now: state needed, state */
  EF_REFUSE_SESSION = 4,   /* the board knows no such session, it has restarted */
  EF_REFUSE_ABI = 5,       /* ABI of the artifact, of the firmware */
  EF_REFUSE_SLOT = 6,      /* artifact bytes, slot bytes */
  EF_REFUSE_MEMORY = 7,    /* RAM bytes needed, available */
  EF_REFUSE_CRC = 8,       /* CRC-32C offered, computed over the slot */
  EF_REFUSE_ARENA = 9,     /* arena bytes offered, in the module */
  EF_REFUSE_MODULE = 10,   /* not a module this runtime takes; text */
  EF_REFUSE_REGION = 11,   /* an input or output ends at, arena bytes */
  EF_REFUSE_TRAP = 12,     /* the model stopped; text */
  EF_REFUSE_SEQUENCE = 13, /* run number expected, got */
  EF_REFUSE_FLASH = 14,    /* erasing or programming failed: offset, bytes */
  EF_REFUSE_FLOAT = 15,    /* the module computes with floating point, this firmware cannot */
} ef_reason;

typedef struct {
  ef_reason reason;
  uint32_t needed;
  uint32_t available;
  const char *text; /* NULL, or static text */
} ef_refusal;

static inline ef_refusal ef_accept(void) {
  return (ef_refusal){ EF_OK, 0, 0, NULL };
}

static inline ef_refusal ef_refuse(ef_reason reason, uint32_t needed, uint32_t available) {
  return (ef_refusal){ reason, needed, available, NULL };
}

static inline ef_refusal ef_refuse_with(ef_reason reason, const char *text) {
  return (ef_refusal){ reason, 0, 0, text };
}

#endif

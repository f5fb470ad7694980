/*
 * The sizes a build may choose, for chips with little RAM (-DEF_PAYLOAD_MAX=256 ...). A host learns
 * them from HELLO and needs no other setting.
 *
 * Invariant: EF_CORE_BYTES holds the core's state (a static assertion in ef.c) and is 4 mod 8, so
 * that a heap behind it loses nothing to alignment (heap.c).
 */
#ifndef EDGEFLASH_LIMITS_H
#define EDGEFLASH_LIMITS_H

#include <stdint.h>

/* Largest payload of a frame: a multiple of EF_PROGRAM_BYTES. */
#ifndef EF_PAYLOAD_MAX
#define EF_PAYLOAD_MAX 1024u
#endif

/* Largest frames that the receiver holds. */
#ifndef EF_WINDOW_FRAMES
#define EF_WINDOW_FRAMES 4u
#endif

/* The runtime's value stack: the frames of the functions of the deepest chain of calls. */
#ifndef EF_VALUE_STACK_BYTES
#define EF_VALUE_STACK_BYTES 4096u
#endif

/* Whether wasm3 allocates from the C library (heap-system.c), as where it is somebody's library. */
#ifndef EF_SYSTEM_HEAP
#if defined(ARDUINO) || defined(ESP_PLATFORM)
#define EF_SYSTEM_HEAP 1
#else
#define EF_SYSTEM_HEAP 0
#endif
#endif

/* Chunks start on this granularity, the coarsest program page of the supported chips (RP2040). */
#define EF_PROGRAM_BYTES 256u

/* The slot's first program page says what the rest of it holds (slot.h). */
#define EF_RECORD_BYTES EF_PROGRAM_BYTES

#define EF_HEADER_BYTES 8u
#define EF_CRC_BYTES 4u
#define EF_FRAME_MAX (EF_HEADER_BYTES + EF_PAYLOAD_MAX + EF_CRC_BYTES)
/* One code byte for each 254 bytes begun, and the two delimiters. */
#define EF_WIRE_MAX (EF_FRAME_MAX + (EF_FRAME_MAX + 253u) / 254u + 2u)
#define EF_WINDOW_BYTES (EF_WINDOW_FRAMES * EF_WIRE_MAX)

/* Window, one frame in, one out, and the state of link, session and model. */
#if UINTPTR_MAX > 0xffffffffu
#define EF_STATE_BYTES 336u
#else
#define EF_STATE_BYTES 304u
#endif
#define EF_CORE_BYTES \
  ((EF_WINDOW_BYTES + EF_FRAME_MAX + EF_WIRE_MAX + EF_STATE_BYTES + 3u) / 8u * 8u + 4u)

#endif

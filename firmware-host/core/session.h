/*
 * The conversation: every request frame gets exactly one reply frame, and the board sends no frame
 * of its own accord. So the board needs no timer and no memory of what it sent; repeating is the
 * host's business, and every request may be repeated.
 */
#ifndef EDGEFLASH_SESSION_H
#define EDGEFLASH_SESSION_H

#include "frame.h"
#include "model.h"

#define EF_PROTOCOL_VERSION 1u
#define EF_REPLY_BIT 0x80u

typedef enum {
  EF_HELLO = 1,
  EF_OFFER = 2,
  EF_DATA = 3,
  EF_COMMIT = 4,
  EF_CONFIRM = 5,
  EF_ABORT = 6,
  EF_STATUS = 7,
  EF_RUN = 8,
  EF_READ = 9,
  EF_STATS = 10,
  EF_RESET = 11,
} ef_type;

typedef struct {
  uint32_t window_bytes;  /* of the receive ring */
  uint32_t frames;
  uint32_t noise;         /* segments between zeros that were no frame */
  uint32_t dropped_bytes; /* the ring was full */
} ef_link;

typedef struct {
  uint8_t id; /* chosen by the host in HELLO; 0 before the first */
  bool restarts; /* once the reply has left */
  ef_model model;
} ef_session;

/* Answers `request`; the reply's payload is written at `payload` (EF_PAYLOAD_MAX bytes). */
ef_frame ef_session_answer(ef_session *session, const ef_link *link, const ef_frame *request,
                           uint8_t *payload);

#endif

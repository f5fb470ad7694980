/*
 * The USB controller as endpoints: packets in, packets out, data toggles. usb.c has the protocol on
 * top. RP2040 Datasheet, section 4.1.
 *
 * Invariant: a buffer belongs to the controller from usb_*_packet until its completion.
 */
#ifndef EDGEFLASH_RP2040_USB_CONTROLLER_H
#define EDGEFLASH_RP2040_USB_CONTROLLER_H

#include <stdbool.h>
#include <stdint.h>

/* Both directions of endpoint n: n << 1 for IN (to the host), n << 1 | 1 for OUT. */
typedef uint32_t usb_pipe;
#define USB_IN(endpoint) ((endpoint) << 1)
#define USB_OUT(endpoint) ((endpoint) << 1 | 1u)

typedef struct {
  uint8_t type; /* bmRequestType */
  uint8_t request;
  uint16_t value;
  uint16_t index;
  uint16_t length;
} usb_setup;

void usb_controller_start(void);
void usb_set_address(uint8_t address);

/* Allows packets on a pipe that is not of endpoint 0, the first one with DATA0. */
void usb_open(usb_pipe pipe, bool is_bulk);
void usb_close(usb_pipe pipe);

/* The next packet of a pipe has DATA1 (or else DATA0); every packet toggles. */
void usb_set_toggle(usb_pipe pipe, bool data1);

/* At most USB_PACKET_BYTES are given to the host, or expected of it. */
void usb_send_packet(usb_pipe pipe, const uint8_t *bytes, uint32_t length);
void usb_expect_packet(usb_pipe pipe);

/* Answers STALL: on endpoint 0 until the next setup, elsewhere until usb_open. */
void usb_stall(usb_pipe pipe);
bool usb_is_stalled(usb_pipe pipe);

/* The port's, called by the interrupt handler. A sent packet is complete when the host has it. */
void usb_on_reset(void);
void usb_on_setup(const usb_setup *setup);
void usb_on_sent(usb_pipe pipe);
void usb_on_received(usb_pipe pipe, const uint8_t *bytes, uint32_t length);

#endif

/*
 * A USB device that is one serial port: the standard requests of USB 2.0, section 9.4, the class's
 * of PSTN 1.2, section 6.3, and two bulk pipes for the link. A request not in the table is refused
 * with STALL, as the standard demands.
 *
 * A packet to the host has at most 63 bytes: it is always a short one, which ends the host's read,
 * and so no empty packet is ever needed. Opening the port at 1200 baud and closing it leaves for
 * the ROM's bootloader, where a new image can be copied: the convention of Arduino's boards.
 */
#include <stddef.h>
#include <string.h>

#include "chip.h"
#include "link.h"
#include "rom.h"
#include "usb-controller.h"
#include "usb-descriptors.h"

#define CONTROL_IN USB_IN(0u)
#define CONTROL_OUT USB_OUT(0u)
#define NOTIFY_IN USB_IN(USB_NOTIFY_ENDPOINT)
#define DATA_IN USB_IN(USB_DATA_ENDPOINT)
#define DATA_OUT USB_OUT(USB_DATA_ENDPOINT)
#define SHORT_PACKET_MAX (USB_PACKET_BYTES - 1u)

#define DIRECTION_IN 0x80u
#define LINE_CODING_BYTES 7u
#define STATE_DTR 1u
#define TOUCH_BAUD_HZ 1200u

static struct {
  usb_blob rest;       /* of the answer, still to be sent */
  bool ends_short;     /* an answer shorter than asked for ends with a short packet */
  bool takes_coding;   /* the data of SET_LINE_CODING comes next */
  uint8_t new_address; /* counts once SET_ADDRESS has been answered */
  uint8_t answer[2];
} control;

static struct {
  uint8_t configuration;
  uint8_t line_coding[LINE_CODING_BYTES]; /* baud rate, stop bits, parity, data bits */
  volatile bool is_sending; /* a packet waits for the host to fetch it */
  bool leaves; /* for the bootloader, once the request that asked for it has been answered */
} port;

static void end_request(void) { usb_send_packet(CONTROL_IN, NULL, 0); }

static void send_rest(void) {
  uint32_t piece = control.rest.length;
  if (piece > USB_PACKET_BYTES) piece = USB_PACKET_BYTES;
  usb_send_packet(CONTROL_IN, control.rest.bytes, piece);
  control.rest.bytes += piece;
  control.rest.length -= piece;
  if (piece < USB_PACKET_BYTES) control.ends_short = false;
}

static bool answer(const usb_setup *setup, usb_blob blob) {
  if (blob.bytes == NULL) return false;
  control.ends_short = blob.length < setup->length;
  control.rest = blob;
  if (blob.length > setup->length) control.rest.length = setup->length;
  send_rest();
  return true;
}

static bool answer_bytes(const usb_setup *setup, uint8_t first, uint32_t length) {
  control.answer[0] = first;
  control.answer[1] = 0;
  return answer(setup, (usb_blob){ control.answer, length });
}

static bool agree(const usb_setup *setup) {
  if (setup->length != 0) return false;
  end_request();
  return true;
}

static void open_data(void) {
  usb_open(DATA_OUT, true);
  usb_expect_packet(DATA_OUT);
}

static void configure(uint8_t configuration) {
  port.configuration = configuration;
  port.is_sending = false;
  if (configuration == 0) {
    usb_close(NOTIFY_IN);
    usb_close(DATA_IN);
    usb_close(DATA_OUT);
  } else {
    usb_open(NOTIFY_IN, false);
    usb_open(DATA_IN, true);
    open_data();
  }
}

static bool get_status(const usb_setup *setup) { return answer_bytes(setup, 0, 2); }

static bool is_interface(const usb_setup *setup) {
  return port.configuration != 0 && setup->index < USB_INTERFACES;
}

static bool get_interface_status(const usb_setup *setup) {
  return is_interface(setup) && get_status(setup);
}

/* The pipe that wIndex names, one of those that can halt; or CONTROL_IN. */
static usb_pipe pipe_of(const usb_setup *setup) {
  uint32_t endpoint = setup->index & 0xFu;
  usb_pipe pipe = (setup->index & DIRECTION_IN) != 0 ? USB_IN(endpoint) : USB_OUT(endpoint);
  bool can_halt = pipe == NOTIFY_IN || pipe == DATA_IN || pipe == DATA_OUT;
  return port.configuration != 0 && can_halt ? pipe : CONTROL_IN;
}

static bool get_endpoint_status(const usb_setup *setup) {
  usb_pipe pipe = pipe_of(setup);
  if (pipe == CONTROL_IN && (setup->index & 0xFu) != 0) return false;
  return answer_bytes(setup, pipe != CONTROL_IN && usb_is_stalled(pipe), 2);
}

/* ENDPOINT_HALT is feature 0, and the only one. */
static bool halt_endpoint(const usb_setup *setup) {
  usb_pipe pipe = pipe_of(setup);
  if (pipe == CONTROL_IN || setup->value != 0) return false;
  usb_stall(pipe);
  return agree(setup);
}

/* Also starts the toggle anew; a packet on its way is lost, and repeated by the link. */
static bool resume_endpoint(const usb_setup *setup) {
  usb_pipe pipe = pipe_of(setup);
  if (pipe == CONTROL_IN || setup->value != 0) return false;
  usb_open(pipe, pipe != NOTIFY_IN);
  if (pipe == DATA_IN) port.is_sending = false;
  if (pipe == DATA_OUT) usb_expect_packet(pipe);
  return agree(setup);
}

static bool set_address(const usb_setup *setup) {
  control.new_address = (uint8_t)(setup->value & 0x7Fu);
  return agree(setup);
}

static bool get_descriptor(const usb_setup *setup) {
  return answer(setup, usb_descriptor((uint8_t)(setup->value >> 8), (uint8_t)setup->value));
}

static bool get_configuration(const usb_setup *setup) {
  return answer_bytes(setup, port.configuration, 1);
}

static bool set_configuration(const usb_setup *setup) {
  if (setup->value > USB_CONFIGURATION) return false;
  configure((uint8_t)setup->value);
  return agree(setup);
}

static bool get_interface(const usb_setup *setup) {
  return is_interface(setup) && answer_bytes(setup, 0, 1);
}

static bool set_interface(const usb_setup *setup) {
  return is_interface(setup) && setup->value == 0 && agree(setup);
}

static bool get_line_coding(const usb_setup *setup) {
  return answer(setup, (usb_blob){ port.line_coding, LINE_CODING_BYTES });
}

static bool set_line_coding(const usb_setup *setup) {
  if (setup->length != LINE_CODING_BYTES) return false;
  control.takes_coding = true;
  usb_expect_packet(CONTROL_OUT);
  return true;
}

static uint32_t baud_hz(void) {
  const uint8_t *coding = port.line_coding;
  return (uint32_t)coding[0] | (uint32_t)coding[1] << 8 | (uint32_t)coding[2] << 16
         | (uint32_t)coding[3] << 24;
}

static bool set_line_state(const usb_setup *setup) {
  port.leaves = (setup->value & STATE_DTR) == 0 && baud_hz() == TOUCH_BAUD_HZ;
  return agree(setup);
}

typedef struct {
  uint8_t type;
  uint8_t request;
  bool (*answer)(const usb_setup *setup); /* false: refused */
} usb_rule;

static const usb_rule rules[] = {
  { 0x80, 0, get_status },         { 0x81, 0, get_interface_status },
  { 0x82, 0, get_endpoint_status }, { 0x02, 1, resume_endpoint },
  { 0x02, 3, halt_endpoint },      { 0x00, 5, set_address },
  { 0x80, 6, get_descriptor },     { 0x80, 8, get_configuration },
  { 0x00, 9, set_configuration },  { 0x81, 10, get_interface },
  { 0x01, 11, set_interface },     { 0x21, 0x20, set_line_coding },
  { 0xA1, 0x21, get_line_coding }, { 0x21, 0x22, set_line_state },
  { 0x21, 0x23, agree }, /* a break means nothing here */
};

void usb_on_setup(const usb_setup *setup) {
  memset(&control, 0, sizeof control);
  for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
    if (rules[i].type != setup->type || rules[i].request != setup->request) continue;
    if (rules[i].answer(setup)) return;
    break;
  }
  usb_stall(CONTROL_IN);
  usb_stall(CONTROL_OUT);
}

void usb_on_reset(void) {
  memset(&control, 0, sizeof control);
  configure(0);
  port.leaves = false;
}

static void on_control_sent(void) {
  if (control.new_address != 0) {
    usb_set_address(control.new_address);
    control.new_address = 0;
  } else if (port.leaves) {
    ((rom_usb_boot)(uintptr_t)rom_find(ROM_CODE('U', 'B')))(0, 0);
  } else if (control.rest.length != 0 || control.ends_short) {
    send_rest();
  } else if (control.rest.bytes != NULL) {
    control.rest.bytes = NULL;
    usb_expect_packet(CONTROL_OUT); /* the host's empty packet ends an answer */
  }
}

void usb_on_sent(usb_pipe pipe) {
  if (pipe == CONTROL_IN) on_control_sent();
  if (pipe == DATA_IN) port.is_sending = false;
}

void usb_on_received(usb_pipe pipe, const uint8_t *bytes, uint32_t length) {
  if (pipe == DATA_OUT) {
    link_received(LINK_USB, bytes, length);
    usb_expect_packet(DATA_OUT);
  } else if (pipe == CONTROL_OUT && control.takes_coding) {
    control.takes_coding = false;
    if (length == LINE_CODING_BYTES) memcpy(port.line_coding, bytes, length);
    end_request();
  }
}

uint32_t usb_send(const uint8_t *bytes, uint32_t length) {
  uint32_t piece = length < SHORT_PACKET_MAX ? length : SHORT_PACKET_MAX;
  uint32_t masked = irq_mask(); /* a bus reset would take the pipe away */
  if (port.configuration == 0 || port.is_sending) piece = 0;
  if (piece != 0) {
    port.is_sending = true;
    usb_send_packet(DATA_IN, bytes, piece);
  }
  irq_restore(masked);
  return piece;
}

bool usb_is_idle(void) { return !port.is_sending; }

void usb_start(void) {
  static const uint8_t coding[LINE_CODING_BYTES] = { 0x00, 0xC2, 0x01, 0x00, 0, 0, 8 };
  memcpy(port.line_coding, coding, sizeof coding);
  usb_controller_start();
}

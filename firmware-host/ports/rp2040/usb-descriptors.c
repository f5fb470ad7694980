/*
 * The descriptors as bytes. VID 2E8A and PID 000A are those that Raspberry Pi has given to serial
 * ports of the RP2040; the product string says that it is edgeflash.
 */
#include "usb-descriptors.h"

#include <stddef.h>
#include <string.h>

#define TYPE_DEVICE 1u
#define TYPE_CONFIGURATION 2u
#define TYPE_STRING 3u
#define TYPE_INTERFACE 4u
#define TYPE_ENDPOINT 5u
#define TYPE_ASSOCIATION 11u
#define TYPE_CLASS_INTERFACE 0x24u

#define CLASS_COMMUNICATION 2u
#define SUBCLASS_ABSTRACT_CONTROL 2u
#define CLASS_DATA 10u
#define ENDPOINT_IN 0x80u
#define TRANSFER_BULK 2u
#define TRANSFER_INTERRUPT 3u
#define BUS_POWERED 0x80u
#define MILLIAMPERE(current) ((current) / 2u)

#define U16(value) (uint8_t)((value) & 0xFFu), (uint8_t)((value) >> 8)
#define DEVICE_BYTES 18u
#define CONFIGURATION_BYTES 75u

static const uint8_t device[DEVICE_BYTES] = {
  DEVICE_BYTES, TYPE_DEVICE, U16(0x0200),
  0xEF, 2, 1, /* interfaces are associated */
  USB_PACKET_BYTES, U16(0x2E8A), U16(0x000A), U16(0x0100),
  1, 2, 0, /* manufacturer, product, no serial number */
  1,
};

static const uint8_t configuration[CONFIGURATION_BYTES] = {
  9, TYPE_CONFIGURATION, U16(CONFIGURATION_BYTES), USB_INTERFACES, USB_CONFIGURATION, 0,
  BUS_POWERED, MILLIAMPERE(250u),

  8, TYPE_ASSOCIATION, 0, USB_INTERFACES, CLASS_COMMUNICATION, SUBCLASS_ABSTRACT_CONTROL, 0, 0,

  9, TYPE_INTERFACE, 0, 0, 1, CLASS_COMMUNICATION, SUBCLASS_ABSTRACT_CONTROL, 0, 0,
  5, TYPE_CLASS_INTERFACE, 0, U16(0x0120),   /* header: CDC 1.2 */
  5, TYPE_CLASS_INTERFACE, 1, 0, 1,          /* call management: none, data on interface 1 */
  4, TYPE_CLASS_INTERFACE, 2, 6,             /* line coding and state, break */
  5, TYPE_CLASS_INTERFACE, 6, 0, 1,          /* union of interfaces 0 and 1 */
  7, TYPE_ENDPOINT, ENDPOINT_IN | USB_NOTIFY_ENDPOINT, TRANSFER_INTERRUPT, U16(8), 16,

  9, TYPE_INTERFACE, 1, 0, 2, CLASS_DATA, 0, 0, 0,
  7, TYPE_ENDPOINT, USB_DATA_ENDPOINT, TRANSFER_BULK, U16(USB_PACKET_BYTES), 0,
  7, TYPE_ENDPOINT, ENDPOINT_IN | USB_DATA_ENDPOINT, TRANSFER_BULK, U16(USB_PACKET_BYTES), 0,
};

static const uint8_t languages[] = { 4, TYPE_STRING, U16(0x0409) };
static const char *const texts[] = { "edgeflash", "edgeflash on RP2040" };
#define TEXT_MAX 30u

/* UTF-16, little endian; valid until the next call, which is the next request. */
static usb_blob text_descriptor(const char *text) {
  static uint8_t bytes[2u + 2u * TEXT_MAX];
  uint32_t length = (uint32_t)strlen(text);
  if (length > TEXT_MAX) length = TEXT_MAX;
  bytes[0] = (uint8_t)(2u + 2u * length);
  bytes[1] = TYPE_STRING;
  for (uint32_t i = 0; i < length; i++) {
    bytes[2u + 2u * i] = (uint8_t)text[i];
    bytes[3u + 2u * i] = 0;
  }
  return (usb_blob){ bytes, bytes[0] };
}

static usb_blob string_descriptor(uint8_t index) {
  if (index == 0) return (usb_blob){ languages, sizeof languages };
  if (index > sizeof texts / sizeof texts[0]) return (usb_blob){ NULL, 0 };
  return text_descriptor(texts[index - 1]);
}

usb_blob usb_descriptor(uint8_t type, uint8_t index) {
  if (type == TYPE_STRING) return string_descriptor(index);
  if (type == TYPE_DEVICE && index == 0) return (usb_blob){ device, sizeof device };
  if (type == TYPE_CONFIGURATION && index == 0) {
    return (usb_blob){ configuration, sizeof configuration };
  }
  return (usb_blob){ NULL, 0 };
}

/*
 * What the board tells a USB host of itself: a CDC serial port ("abstract control model"), which
 * Linux, macOS and Windows 10 drive without installing anything. USB 2.0, chapter 9; CDC 1.2; PSTN
 * 1.2 (the class's control requests).
 */
#ifndef EDGEFLASH_RP2040_USB_DESCRIPTORS_H
#define EDGEFLASH_RP2040_USB_DESCRIPTORS_H

#include <stdint.h>

#define USB_PACKET_BYTES 64u

/* Endpoint numbers: notifications are announced, as the class demands, and never sent. */
#define USB_NOTIFY_ENDPOINT 1u
#define USB_DATA_ENDPOINT 2u
#define USB_INTERFACES 2u
#define USB_CONFIGURATION 1u

typedef struct {
  const uint8_t *bytes;
  uint32_t length;
} usb_blob;

/* The descriptor of this type and index; no bytes when there is none. */
usb_blob usb_descriptor(uint8_t type, uint8_t index);

#endif

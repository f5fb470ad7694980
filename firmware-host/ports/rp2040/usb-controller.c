/*
 * The controller's registers and its 4 KB of dual-port RAM: a buffer of 64 bytes for each pipe, one
 * control word that hands it over. Single buffering: a packet every few dozen microseconds is far
 * more than flash can take. RP2040 Datasheet, sections 4.1.2.5 (RAM) and 4.1.4 (registers).
 */
#include "usb-controller.h"

#include "chip.h"
#include "link.h"
#include "usb-descriptors.h"

#define DPRAM 0x50100000u
#define DPRAM_CONTROL_WORDS 64u /* setup packet, endpoint and buffer control: 256 bytes */
#define ENDPOINT_CONTROL(pipe) (DPRAM + 4u * (pipe)) /* not of endpoint 0 */
#define BUFFER_CONTROL(pipe) (DPRAM + 0x80u + 4u * (pipe))
#define BUFFER_OFFSET(pipe) ((pipe) < 2u ? 0x100u : 0x100u + 0x40u * (pipe))

#define ENDPOINT_ENABLE (1u << 31)
#define ENDPOINT_INTERRUPT (1u << 29)
#define ENDPOINT_BULK (2u << 26)
#define ENDPOINT_NOTIFY (3u << 26)

#define BUFFER_FULL (1u << 15)
#define BUFFER_DATA1 (1u << 13)
#define BUFFER_STALL (1u << 11)
#define BUFFER_AVAILABLE (1u << 10)
#define BUFFER_LENGTH 0x3FFu

#define USB 0x50110000u
#define USB_ADDRESS (USB + 0x00u)
#define USB_MAIN_CTRL (USB + 0x40u)
#define USB_SIE_CTRL (USB + 0x4Cu)
#define USB_SIE_STATUS (USB + 0x50u)
#define USB_BUFF_STATUS (USB + 0x58u)
#define USB_EP_STALL_ARM (USB + 0x68u)
#define USB_MUXING (USB + 0x74u)
#define USB_PWR (USB + 0x78u)
#define USB_INTE (USB + 0x90u)
#define USB_INTS (USB + 0x98u)

#define CONTROLLER_ENABLE 1u
#define MUXING_TO_PHY (1u << 3 | 1u << 0)
#define PWR_VBUS_PRESENT (1u << 3 | 1u << 2)
#define SIE_EP0_INTERRUPT (1u << 29)
#define SIE_PULL_UP (1u << 16)
#define SIE_BUS_RESET (1u << 19)
#define SIE_SETUP_RECEIVED (1u << 17)
#define INT_SETUP (1u << 16)
#define INT_BUS_RESET (1u << 12)
#define INT_BUFFER (1u << 4)
#define PIPES 32u

static bool toggles[PIPES]; /* the next packet of a pipe has DATA1 */

void usb_controller_start(void) {
  for (uint32_t i = 0; i < DPRAM_CONTROL_WORDS; i++) REG(DPRAM + 4u * i) = 0;
  REG(USB_MUXING) = MUXING_TO_PHY;
  REG(USB_PWR) = PWR_VBUS_PRESENT;
  REG(USB_MAIN_CTRL) = CONTROLLER_ENABLE;
  REG(USB_SIE_CTRL) = SIE_EP0_INTERRUPT;
  REG(USB_INTE) = INT_SETUP | INT_BUS_RESET | INT_BUFFER;
  REG_SET(USB_SIE_CTRL) = SIE_PULL_UP;
  irq_enable(IRQ_USB);
}

void usb_set_address(uint8_t address) { REG(USB_ADDRESS) = address; }

void usb_open(usb_pipe pipe, bool is_bulk) {
  usb_set_toggle(pipe, false);
  REG(BUFFER_CONTROL(pipe)) = 0;
  REG(ENDPOINT_CONTROL(pipe)) = ENDPOINT_ENABLE | ENDPOINT_INTERRUPT
                                | (is_bulk ? ENDPOINT_BULK : ENDPOINT_NOTIFY)
                                | BUFFER_OFFSET(pipe);
}

void usb_close(usb_pipe pipe) {
  REG(ENDPOINT_CONTROL(pipe)) = 0;
  REG(BUFFER_CONTROL(pipe)) = 0;
}

void usb_set_toggle(usb_pipe pipe, bool data1) {
  toggles[pipe] = data1;
}

/* The controller reads the word in another clock: all else has to be there before AVAILABLE. */
static void hand_over(usb_pipe pipe, uint32_t control) {
  if (toggles[pipe]) control |= BUFFER_DATA1;
  toggles[pipe] = !toggles[pipe];
  REG(BUFFER_CONTROL(pipe)) = control;
  __asm__ volatile("nop\n nop\n nop\n nop\n nop\n nop\n nop\n nop\n nop\n nop\n nop\n nop");
  REG(BUFFER_CONTROL(pipe)) = control | BUFFER_AVAILABLE;
}

static volatile uint8_t *buffer_of(usb_pipe pipe) {
  return (volatile uint8_t *)(uintptr_t)(DPRAM + BUFFER_OFFSET(pipe));
}

void usb_send_packet(usb_pipe pipe, const uint8_t *bytes, uint32_t length) {
  volatile uint8_t *buffer = buffer_of(pipe);
  for (uint32_t i = 0; i < length; i++) buffer[i] = bytes[i];
  hand_over(pipe, BUFFER_FULL | length);
}

void usb_expect_packet(usb_pipe pipe) { hand_over(pipe, USB_PACKET_BYTES); }

void usb_stall(usb_pipe pipe) {
  if (pipe < 2u) REG_SET(USB_EP_STALL_ARM) = 1u << pipe;
  REG(BUFFER_CONTROL(pipe)) = BUFFER_STALL;
}

bool usb_is_stalled(usb_pipe pipe) { return (REG(BUFFER_CONTROL(pipe)) & BUFFER_STALL) != 0; }

static void take_buffers(void) {
  uint32_t done = REG(USB_BUFF_STATUS);
  for (usb_pipe pipe = 0; pipe < PIPES; pipe++) {
    if ((done >> pipe & 1u) == 0) continue;
    REG_CLEAR(USB_BUFF_STATUS) = 1u << pipe;
    if ((pipe & 1u) == 0) {
      usb_on_sent(pipe);
      continue;
    }
    uint8_t bytes[USB_PACKET_BYTES];
    uint32_t length = REG(BUFFER_CONTROL(pipe)) & BUFFER_LENGTH;
    const volatile uint8_t *buffer = buffer_of(pipe);
    if (length > USB_PACKET_BYTES) length = USB_PACKET_BYTES;
    for (uint32_t i = 0; i < length; i++) bytes[i] = buffer[i];
    usb_on_received(pipe, bytes, length);
  }
}

static void take_setup(void) {
  uint32_t low = REG(DPRAM);
  uint32_t high = REG(DPRAM + 4u);
  REG_CLEAR(USB_SIE_STATUS) = SIE_SETUP_RECEIVED;
  /* A setup ends whatever endpoint 0 was doing; its first answer has DATA1. */
  REG(BUFFER_CONTROL(USB_IN(0u))) = 0;
  REG(BUFFER_CONTROL(USB_OUT(0u))) = 0;
  usb_set_toggle(USB_IN(0u), true);
  usb_set_toggle(USB_OUT(0u), true);
  usb_on_setup(&(usb_setup){ (uint8_t)low, (uint8_t)(low >> 8), (uint16_t)(low >> 16),
                             (uint16_t)high, (uint16_t)(high >> 16) });
}

/* A completed buffer belongs to the request before a new setup, so it is taken first. */
void usb_interrupt(void) {
  uint32_t pending = REG(USB_INTS);
  if ((pending & INT_BUFFER) != 0) take_buffers();
  if ((pending & INT_BUS_RESET) != 0) {
    usb_set_address(0);
    usb_on_reset();
    REG_CLEAR(USB_SIE_STATUS) = SIE_BUS_RESET;
  }
  if ((pending & INT_SETUP) != 0) take_setup();
}

/*
 * ../esp32 on a bare lx106 core in QEMU (machine "sim"), for tests: the emulator has the core and
 * RAM where the ESP32 has it, but none of the chip's devices. The line is the emulator's console,
 * reached by the instruction simcall (target/xtensa/xtensa-semi.c of QEMU).
 */
#include "../esp32/line.h"

#define CALL_EXIT 1
#define CALL_READ 3
#define CALL_WRITE 4
#define INPUT 0
#define OUTPUT 1
#define EXIT_CODE_RESTART 3

static int call(int number, int a, int b, int c) {
  register int a2 __asm__("a2") = number;
  register int a3 __asm__("a3") = a;
  register int a4 __asm__("a4") = b;
  register int a5 __asm__("a5") = c;
  __asm__ volatile("simcall" : "+r"(a2), "+r"(a3) : "r"(a4), "r"(a5) : "memory");
  return a2;
}

uint32_t line_send(const uint8_t *bytes, uint32_t length) {
  int sent = call(CALL_WRITE, OUTPUT, (int)bytes, (int)length);
  return sent < 0 ? 0 : (uint32_t)sent;
}

uint32_t line_receive(uint8_t *bytes, uint32_t length) {
  int received = call(CALL_READ, INPUT, (int)bytes, (int)length);
  return received < 0 ? 0 : (uint32_t)received;
}

void chip_begin(void) {}

/* The machine ends, so that a test sees a fault. */
void chip_restart(void) { call(CALL_EXIT, EXIT_CODE_RESTART, 0, 0); }

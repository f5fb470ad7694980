/*
 * Runs a sketch as a process: prints the name of the pseudo-terminal that Serial is, then a line
 * for every change of a pin. The analogue input is low for a while, then high, and so on.
 */
#include <Arduino.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

static int line = -1;
PtySerial Serial;

static bool is_ready(short event) {
  struct pollfd wire = { line, event, 0 };
  return poll(&wire, 1, 0) == 1 && (wire.revents & event) != 0;
}

void PtySerial::begin(unsigned long) {
  line = posix_openpt(O_RDWR | O_NOCTTY);
  if (line < 0 || grantpt(line) != 0 || unlockpt(line) != 0) exit(1);
  const char *name = ptsname(line);
  int slave = open(name, O_RDWR | O_NOCTTY);
  struct termios mode;
  if (tcgetattr(slave, &mode) != 0) exit(1);
  cfmakeraw(&mode);
  if (tcsetattr(slave, TCSANOW, &mode) != 0 || fcntl(line, F_SETFL, O_NONBLOCK) != 0) exit(1);
  printf("%s\n", name);
}

int PtySerial::available() { return is_ready(POLLIN) ? 1 : 0; }

int PtySerial::read() {
  uint8_t byte;
  return ::read(line, &byte, 1) == 1 ? byte : -1;
}

/* As many as a board's transmit buffer may have. */
int PtySerial::availableForWrite() { return is_ready(POLLOUT) ? 63 : 0; }

size_t PtySerial::write(const uint8_t *bytes, size_t length) {
  ssize_t sent = ::write(line, bytes, length);
  return sent < 0 ? 0 : static_cast<size_t>(sent);
}

unsigned long micros() {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<unsigned long>(now.tv_sec) * 1000000ul + now.tv_nsec / 1000;
}

void pinMode(int, int) {}

void digitalWrite(int pin, int level) {
  static int last = -1;
  if (level != last) printf("pin %d %s\n", pin, level == HIGH ? "high" : "low");
  last = level;
}

int analogRead(int) {
  static unsigned calls = 0;
  return calls++ / 1000 % 2 == 0 ? 0 : 1023;
}

int main() {
  setvbuf(stdout, nullptr, _IOLBF, 0);
  setup();
  for (;;) {
    struct pollfd wire = { line, POLLIN, 0 };
    poll(&wire, 1, 1);
    loop();
  }
}

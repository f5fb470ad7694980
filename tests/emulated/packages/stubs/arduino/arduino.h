/*
 * As much of Arduino's interface as the wrapper and its examples use, for compiling and running
 * them where no Arduino is: Serial is a pseudo-terminal (main.cpp). A stub, not Arduino's header.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

enum { LOW = 0, HIGH = 1, OUTPUT = 1, LED_BUILTIN = 13, A0 = 14 };

class Stream {
 public:
  virtual ~Stream() {}
  virtual int available() = 0;
  virtual int read() = 0;
  virtual int availableForWrite() = 0;
  virtual size_t write(const uint8_t *bytes, size_t length) = 0;
};

class PtySerial : public Stream {
 public:
  void begin(unsigned long baud);
  int available() override;
  int read() override;
  int availableForWrite() override;
  size_t write(const uint8_t *bytes, size_t length) override;
};

extern PtySerial Serial;

unsigned long micros();
void pinMode(int pin, int mode);
void digitalWrite(int pin, int level);
int analogRead(int pin);

void setup();
void loop();

/*
 * edgeflash for Arduino sketches:
 *
 *   #include <edgeflash.h>
 *   void setup() { Serial.begin(115200); edgeflash.begin(Serial); }
 *   void loop() { edgeflash.poll(); }
 *
 * and `edgeflash deploy` on the computer puts a model on the board. Any Stream will do whose
 * availableForWrite() tells the room it has. All logic is in core/, which is the firmware that the
 * simulator runs; this is its other end.
 */
#ifndef EDGEFLASH_ARDUINO_H
#define EDGEFLASH_ARDUINO_H

#include "core/edgeflash.h"

#if defined(ARDUINO) && defined(__cplusplus)

#include <Arduino.h>

class EdgeFlash {
 public:
  /* Talks over `stream`, and loads the model that the board has stored. */
  void begin(Stream &stream);

  /* Call it from loop(), often: it takes what has come and does one piece of work. */
  void poll();

  /* Runs the model on your own data; false without a model and while the computer is using it. */
  bool predict(const void *inputs, void *outputs) { return ef_predict(inputs, outputs); }
  uint32_t inputBytes() const { return ef_input_bytes(); }
  uint32_t outputBytes() const { return ef_output_bytes(); }

  /* Called after each prediction that the computer asked for. Set it before begin(). */
  void onPrediction(ef_callback callback) { predicted = callback; }

 private:
  ef_callback predicted = nullptr;
};

extern EdgeFlash edgeflash;

#endif

#endif

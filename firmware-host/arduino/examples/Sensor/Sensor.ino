// The deployed model decides in the board's own loop: a sensor in, a pin out. The model takes one
// int8 (the sine model of edgeflash does) and gives one; the pin is on while that is positive.
#include <edgeflash.h>

static void predicted(const uint8_t *output, uint32_t length) {
  if (length > 0) digitalWrite(LED_BUILTIN, static_cast<int8_t>(output[0]) > 0 ? HIGH : LOW);
}

void setup() {
  Serial.begin(115200);
  pinMode(LED_BUILTIN, OUTPUT);
  edgeflash.onPrediction(predicted);  // when the computer asks
  edgeflash.begin(Serial);
}

void loop() {
  edgeflash.poll();
  if (edgeflash.inputBytes() != 1 || edgeflash.outputBytes() != 1) return;
  int8_t input = static_cast<int8_t>(analogRead(A0) / 4 - 128);
  int8_t output;
  if (edgeflash.predict(&input, &output)) digitalWrite(LED_BUILTIN, output > 0 ? HIGH : LOW);
}

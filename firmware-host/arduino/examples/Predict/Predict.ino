// Put a model on this board with: edgeflash deploy model.tflite --port /dev/ttyUSB0
#include <edgeflash.h>

void setup() {
  Serial.begin(115200);
  edgeflash.begin(Serial);
}

void loop() { edgeflash.poll(); }

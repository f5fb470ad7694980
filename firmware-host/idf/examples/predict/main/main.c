/* Put a model on this board with: edgeflash deploy model.tflite --port /dev/ttyUSB0 */
#include <stddef.h>

#include "ef_uart.h"
#include "freertos/FreeRTOS.h"
#include "freertos/task.h"

void app_main(void) {
  if (!ef_uart_begin(0, 115200, NULL)) return;
  for (;;) {
    if (!ef_uart_poll()) vTaskDelay(1);
  }
}

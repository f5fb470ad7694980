/* Stub of FreeRTOS, for a syntax check. */
#pragma once
#include <stdint.h>
void vTaskDelay(uint32_t ticks);

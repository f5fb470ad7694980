/* Stub of ESP-IDF, for a syntax check. */
#pragma once
void esp_restart(void);

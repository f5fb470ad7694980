/* Stub of ESP-IDF, for a syntax check: what ef_uart.c uses. */
#pragma once
#include <stdint.h>
#ifndef ESP_OK
typedef int esp_err_t;
#define ESP_OK 0
#endif
typedef int uart_port_t;
typedef uint32_t TickType_t;
esp_err_t uart_driver_install(uart_port_t uart, int rx_bytes, int tx_bytes, int events,
                              void *queue, int flags);
esp_err_t uart_set_baudrate(uart_port_t uart, uint32_t baud_rate);
int uart_tx_chars(uart_port_t uart, const char *bytes, uint32_t length);
int uart_read_bytes(uart_port_t uart, void *to, uint32_t length, TickType_t wait);

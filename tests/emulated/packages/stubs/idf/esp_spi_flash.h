/* Stub of ESP-IDF 4, for a syntax check. */
#pragma once
#include <stdint.h>
typedef uint32_t spi_flash_mmap_handle_t;
typedef enum { SPI_FLASH_MMAP_DATA } spi_flash_mmap_memory_t;

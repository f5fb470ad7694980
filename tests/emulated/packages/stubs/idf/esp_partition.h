/* Stub of ESP-IDF, for a syntax check: what slot-esp.c uses, with the types of versions 4 and 5. */
#pragma once
#include <stddef.h>
#include <stdint.h>
typedef int esp_err_t;
#define ESP_OK 0
typedef struct {
  uint32_t size;
} esp_partition_t;
typedef enum { ESP_PARTITION_TYPE_DATA = 1 } esp_partition_type_t;
typedef enum { ESP_PARTITION_SUBTYPE_ANY = 0xff } esp_partition_subtype_t;
#if ESP_IDF_VERSION_MAJOR >= 5
typedef uint32_t esp_partition_mmap_handle_t;
typedef enum { ESP_PARTITION_MMAP_DATA } esp_partition_mmap_memory_t;
typedef esp_partition_mmap_memory_t mmap_memory;
typedef esp_partition_mmap_handle_t mmap_handle;
#else
#include "esp_spi_flash.h"
typedef spi_flash_mmap_memory_t mmap_memory;
typedef spi_flash_mmap_handle_t mmap_handle;
#endif
const esp_partition_t *esp_partition_find_first(esp_partition_type_t type,
                                                esp_partition_subtype_t subtype, const char *label);
esp_err_t esp_partition_read(const esp_partition_t *partition, size_t offset, void *to,
                             size_t size);
esp_err_t esp_partition_write(const esp_partition_t *partition, size_t offset, const void *from,
                              size_t size);
esp_err_t esp_partition_erase_range(const esp_partition_t *partition, size_t offset, size_t size);
esp_err_t esp_partition_mmap(const esp_partition_t *partition, size_t offset, size_t size,
                             mmap_memory memory, const void **to, mmap_handle *handle);

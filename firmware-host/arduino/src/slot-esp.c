/*
 * The model slot in a data partition of an ESP32's flash: the one labelled "edgeflash", else
 * "spiffs", which Arduino's partition tables have. It is mapped if an address range is free; if
 * not, weights are read through the driver.
 */
#include "slot.h"

#if defined(ESP_PLATFORM)

#include <stddef.h>

#include "esp_idf_version.h"
#include "esp_partition.h"

#if ESP_IDF_VERSION_MAJOR >= 5
typedef esp_partition_mmap_handle_t mapping;
#define MAP_DATA ESP_PARTITION_MMAP_DATA
#else
#include "esp_spi_flash.h"
typedef spi_flash_mmap_handle_t mapping;
#define MAP_DATA SPI_FLASH_MMAP_DATA
#endif

#define SECTOR_BYTES 4096u

static const esp_partition_t *partition;

static const esp_partition_t *labelled(const char *label) {
  return esp_partition_find_first(ESP_PARTITION_TYPE_DATA, ESP_PARTITION_SUBTYPE_ANY, label);
}

static bool read_slot(uint32_t offset, uint8_t *to, uint32_t length) {
  return esp_partition_read(partition, offset, to, length) == ESP_OK;
}

void slot_open(hal_board *board) {
  const void *address = NULL;
  mapping handle;
  partition = labelled("edgeflash");
  if (partition == NULL) partition = labelled("spiffs");
  if (partition == NULL) return;
  board->slot_bytes = (uint32_t)partition->size;
  board->read_slot = read_slot;
  if (esp_partition_mmap(partition, 0, partition->size, MAP_DATA, &address, &handle) == ESP_OK) {
    board->slot = address;
  }
}

bool hal_slot_erase(uint32_t length) {
  uint32_t rounded = (length + SECTOR_BYTES - 1u) / SECTOR_BYTES * SECTOR_BYTES;
  return partition != NULL && esp_partition_erase_range(partition, 0, rounded) == ESP_OK;
}

bool hal_slot_program(uint32_t offset, const uint8_t *bytes, uint32_t length) {
  return partition != NULL && esp_partition_write(partition, offset, bytes, length) == ESP_OK;
}

#else

typedef int slot_is_not_a_partition; /* C99 wants something in a file */

#endif

/* Stub of ESP-IDF, for a syntax check. */
#pragma once
#include <stddef.h>
#include <stdint.h>
#define MALLOC_CAP_8BIT (1 << 2)
size_t heap_caps_get_largest_free_block(uint32_t caps);

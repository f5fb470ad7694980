/* Stub of ESP-IDF, for a syntax check: the version is a compiler option. */
#pragma once

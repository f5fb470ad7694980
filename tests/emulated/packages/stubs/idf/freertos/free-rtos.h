/* Stub of FreeRTOS.h, for a syntax check. */
#pragma once

/*
 * What the compiler calls for 64-bit products and for quotients, and Debian's libgcc for the lx106
 * lacks. Names and meanings are libgcc's (GCC internals, "Routines for integer arithmetic");
 * division is by shifting and subtracting, Knuth's algorithm D in base 2.
 *
 * Division by zero gives what the loop gives: wasm3 traps before it divides.
 */
#include <stdint.h>

uint64_t __umulsidi3(uint32_t a, uint32_t b);
int64_t __muldi3(int64_t a, int64_t b);
uint32_t __udivsi3(uint32_t a, uint32_t b);
uint32_t __umodsi3(uint32_t a, uint32_t b);
int32_t __divsi3(int32_t a, int32_t b);
int32_t __modsi3(int32_t a, int32_t b);
uint64_t __udivdi3(uint64_t a, uint64_t b);
uint64_t __umoddi3(uint64_t a, uint64_t b);
int64_t __divdi3(int64_t a, int64_t b);
int64_t __moddi3(int64_t a, int64_t b);

/* The core multiplies 32 bits to 32: the upper half is put together from 16-bit halves. */
uint64_t __umulsidi3(uint32_t a, uint32_t b) {
  uint32_t a0 = a & 0xffff;
  uint32_t a1 = a >> 16;
  uint32_t b0 = b & 0xffff;
  uint32_t b1 = b >> 16;
  uint32_t middle = a1 * b0 + (a0 * b0 >> 16);
  uint32_t other = a0 * b1 + (middle & 0xffff);
  uint32_t high = a1 * b1 + (middle >> 16) + (other >> 16);
  return ((uint64_t)high << 32) | (a * b);
}

int64_t __muldi3(int64_t a, int64_t b) {
  uint32_t a0 = (uint32_t)a;
  uint32_t b0 = (uint32_t)b;
  uint32_t a1 = (uint32_t)((uint64_t)a >> 32);
  uint32_t b1 = (uint32_t)((uint64_t)b >> 32);
  uint64_t product = __umulsidi3(a0, b0);
  return (int64_t)(product + ((uint64_t)(a0 * b1 + a1 * b0) << 32));
}

typedef struct {
  uint32_t quotient;
  uint32_t rest;
} division32;

static division32 divide32(uint32_t a, uint32_t b) {
  division32 result = { 0, 0 };
  for (uint32_t bit = 32; bit-- != 0;) {
    uint32_t carried = result.rest >> 31;
    result.rest = (result.rest << 1) | (a >> bit & 1);
    if (carried != 0 || result.rest >= b) {
      result.rest -= b;
      result.quotient |= (uint32_t)1 << bit;
    }
  }
  return result;
}

typedef struct {
  uint64_t quotient;
  uint64_t rest;
} division64;

static division64 divide64(uint64_t a, uint64_t b) {
  division64 result = { 0, 0 };
  for (uint32_t bit = 64; bit-- != 0;) {
    uint64_t carried = result.rest >> 63;
    result.rest = (result.rest << 1) | (a >> bit & 1);
    if (carried != 0 || result.rest >= b) {
      result.rest -= b;
      result.quotient |= (uint64_t)1 << bit;
    }
  }
  return result;
}

static uint32_t magnitude32(int32_t a) { return a < 0 ? 0u - (uint32_t)a : (uint32_t)a; }
static uint64_t magnitude64(int64_t a) { return a < 0 ? 0u - (uint64_t)a : (uint64_t)a; }
static int32_t signed32(uint32_t a, int negative) { return (int32_t)(negative ? 0u - a : a); }
static int64_t signed64(uint64_t a, int negative) { return (int64_t)(negative ? 0u - a : a); }

uint32_t __udivsi3(uint32_t a, uint32_t b) { return divide32(a, b).quotient; }
uint32_t __umodsi3(uint32_t a, uint32_t b) { return divide32(a, b).rest; }
uint64_t __udivdi3(uint64_t a, uint64_t b) { return divide64(a, b).quotient; }
uint64_t __umoddi3(uint64_t a, uint64_t b) { return divide64(a, b).rest; }

int32_t __divsi3(int32_t a, int32_t b) {
  return signed32(divide32(magnitude32(a), magnitude32(b)).quotient, (a < 0) != (b < 0));
}

int32_t __modsi3(int32_t a, int32_t b) {
  return signed32(divide32(magnitude32(a), magnitude32(b)).rest, a < 0);
}

int64_t __divdi3(int64_t a, int64_t b) {
  return signed64(divide64(magnitude64(a), magnitude64(b)).quotient, (a < 0) != (b < 0));
}

int64_t __moddi3(int64_t a, int64_t b) {
  return signed64(divide64(magnitude64(a), magnitude64(b)).rest, a < 0);
}

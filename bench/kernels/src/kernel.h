// What all kernels share. Each defines run(n): do the work n times and return a number that depends on all of it.
#pragma once
typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;
typedef int i32;
typedef long long i64;

#define EXPORT __attribute__((visibility("default"), used, noinline))
#define NOINLINE __attribute__((noinline))

i32 run(i32 n);

// A small random number generator (xorshift), the same everywhere.
static inline u32 next_random(u32 *state) {
  u32 x = *state;
  x ^= x << 13;
  x ^= x >> 17;
  x ^= x << 5;
  return *state = x;
}

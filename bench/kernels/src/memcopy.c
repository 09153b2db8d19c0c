// memory.copy and memory.fill: 256 pieces of 1 to 512 bytes and two of 32 KB.
#include "kernel.h"

static u8 from[65536], to[65536];
static u16 places[256], lengths[256];

static NOINLINE void copy(void) {
  for (int i = 0; i < 256; i++) __builtin_memcpy(to + places[i], from + places[255 - i], lengths[i]);
  __builtin_memmove(to + 16, to, 32768);
  for (int i = 0; i < 64; i++) __builtin_memset(to + places[i], i, lengths[i]);
  __builtin_memcpy(from, to, 32768);
}

EXPORT i32 run(i32 n) {
  u32 random = 5, sum = 0;
  for (int i = 0; i < 65536; i++) from[i] = (u8)next_random(&random);
  for (int i = 0; i < 256; i++) {
    places[i] = (u16)(next_random(&random) % 60000);
    lengths[i] = (u16)(1 + (random >> 16 & 511 >> (i & 7)));
  }
  while (n-- > 0) {
    copy();
    sum += from[n & 65535] + to[n * 31 & 65535];
  }
  return (i32)sum;
}

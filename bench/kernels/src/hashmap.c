// A hash table with open addressing: 2048 insertions of 64-bit keys and 8192 look-ups.
#include "kernel.h"

#define SLOTS 4096
typedef struct { u64 key; u32 value; } Slot;
static Slot slots[SLOTS];

static inline u32 hash(u64 key) {
  key *= 0x9E3779B97F4A7C15ull;
  return (u32)(key >> 40);
}

static NOINLINE u32 *find(u64 key, int insert) {
  for (u32 at = hash(key) & (SLOTS - 1);; at = (at + 1) & (SLOTS - 1)) {
    if (slots[at].key == key) return &slots[at].value;
    if (slots[at].key == 0) {
      if (!insert) return 0;
      slots[at].key = key;
      return &slots[at].value;
    }
  }
}

EXPORT i32 run(i32 n) {
  u32 sum = 0;
  while (n-- > 0) {
    u32 random = 1000 + (u32)(n & 15);
    for (int i = 0; i < SLOTS; i++) slots[i].key = 0, slots[i].value = 0;
    for (int i = 0; i < 2048; i++) *find((next_random(&random) & 0xFFFF) | 0x100000000ull, 1) += 1;
    for (int i = 0; i < 8192; i++) {
      u32 *value = find((next_random(&random) & 0xFFFF) | 0x100000000ull, 0);
      if (value) sum += *value;
    }
  }
  return (i32)sum;
}

// Vectors of integers: blends 16 KB of pixels over others, and makes 16 KB of letters small.
#include "kernel.h"

typedef u8 u8x16 __attribute__((vector_size(16)));
typedef signed char i8x16 __attribute__((vector_size(16)));
typedef u16 u16x8 __attribute__((vector_size(16)));
typedef u8 u8x8 __attribute__((vector_size(8)));

#define COUNT 16384
static u8 above[COUNT] __attribute__((aligned(16))), below[COUNT] __attribute__((aligned(16))), letters[COUNT] __attribute__((aligned(16)));

static inline u16x8 widen_low(u8x16 v) {
  return __builtin_convertvector(__builtin_shufflevector(v, v, 0, 1, 2, 3, 4, 5, 6, 7), u16x8);
}
static inline u16x8 widen_high(u8x16 v) {
  return __builtin_convertvector(__builtin_shufflevector(v, v, 8, 9, 10, 11, 12, 13, 14, 15), u16x8);
}

static NOINLINE void blend(u16 alpha) {
  for (int i = 0; i < COUNT; i += 16) {
    u8x16 a = *(u8x16 *)(above + i), b = *(u8x16 *)(below + i);
    u16x8 low = (widen_low(a) * alpha + widen_low(b) * (u16)(256 - alpha)) >> 8;
    u16x8 high = (widen_high(a) * alpha + widen_high(b) * (u16)(256 - alpha)) >> 8;
    // Even bytes hold the results: put them together again.
    u8x16 l = (u8x16)low, h = (u8x16)high;
    *(u8x16 *)(below + i) = __builtin_shufflevector(l, h, 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30);
  }
}

static NOINLINE void make_small(void) {
  for (int i = 0; i < COUNT; i += 16) {
    u8x16 v = *(u8x16 *)(letters + i);
    u8x16 is_large = (u8x16)((i8x16)(v - 'A') >= 0) & (u8x16)((i8x16)(v - '[') < 0);
    *(u8x16 *)(letters + i) = v | (is_large & 0x20);
  }
}

EXPORT i32 run(i32 n) {
  u32 random = 31, sum = 0;
  for (int i = 0; i < COUNT; i++) {
    above[i] = (u8)next_random(&random);
    below[i] = (u8)(random >> 8);
    letters[i] = 'A' + (random >> 16 & 31);
  }
  while (n-- > 0) {
    blend((u16)(n & 255));
    make_small();
    sum += below[n & (COUNT - 1)] + letters[n & (COUNT - 1)];
    letters[n & (COUNT - 1)] ^= 0x20;
  }
  return (i32)sum;
}

// Vectors of floats: dot products and y = a * x + y of 4096 floats.
#include "kernel.h"

typedef float f32x4 __attribute__((vector_size(16)));
#define COUNT 4096
static float x[COUNT] __attribute__((aligned(16))), y[COUNT] __attribute__((aligned(16)));

static NOINLINE float dot(void) {
  f32x4 one = {0}, two = {0};
  for (int i = 0; i < COUNT; i += 8) {
    one += *(f32x4 *)(x + i) * *(f32x4 *)(y + i);
    two += *(f32x4 *)(x + i + 4) * *(f32x4 *)(y + i + 4);
  }
  one += two;
  return one[0] + one[1] + one[2] + one[3];
}

static NOINLINE void add_scaled(float scale) {
  for (int i = 0; i < COUNT; i += 4) *(f32x4 *)(y + i) = *(f32x4 *)(x + i) * scale + *(f32x4 *)(y + i) * 0.5f;
}

EXPORT i32 run(i32 n) {
  for (int i = 0; i < COUNT; i++) x[i] = (float)(i & 15) * 0.25f, y[i] = (float)(i & 31) * 0.5f;
  float sum = 0;
  while (n-- > 0) {
    add_scaled(1.0f + (float)(n & 3));
    sum += dot();
    if (sum > 1e9f) sum = 0;
  }
  return (i32)sum;
}

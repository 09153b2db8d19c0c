// The Mandelbrot set, 64 x 64 points, at most 200 steps each.
#include "kernel.h"

static NOINLINE i32 draw(double zoom) {
  i32 sum = 0;
  for (int y = 0; y < 64; y++) {
    for (int x = 0; x < 64; x++) {
      double cr = (x - 42) * zoom, ci = (y - 32) * zoom, r = 0, i = 0;
      int steps = 0;
      for (; steps < 200 && r * r + i * i <= 4; steps++) {
        double next = r * r - i * i + cr;
        i = 2 * r * i + ci;
        r = next;
      }
      sum += steps;
    }
  }
  return sum;
}

EXPORT i32 run(i32 n) {
  i32 sum = 0;
  while (n-- > 0) sum += draw(0.04 + (n & 7) * 0.0001);
  return sum;
}

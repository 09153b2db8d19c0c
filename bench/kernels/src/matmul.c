// Product of two matrices of 64 x 64 doubles.
#include "kernel.h"

#define SIZE 64
static double a[SIZE][SIZE], b[SIZE][SIZE], c[SIZE][SIZE];

static NOINLINE void multiply(void) {
  for (int i = 0; i < SIZE; i++) {
    for (int j = 0; j < SIZE; j++) {
      double sum = 0;
      for (int k = 0; k < SIZE; k++) sum += a[i][k] * b[k][j];
      c[i][j] = sum;
    }
  }
}

EXPORT i32 run(i32 n) {
  for (int i = 0; i < SIZE; i++) {
    for (int j = 0; j < SIZE; j++) a[i][j] = i + j * 0.5, b[i][j] = i - j * 0.25;
  }
  double sum = 0;
  while (n-- > 0) {
    a[n & 63][n >> 6 & 63] = n & 7;
    multiply();
    sum += c[n & 63][5];
  }
  return (i32)(i64)sum;
}

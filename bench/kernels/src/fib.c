// Fibonacci numbers the slow way: calls.
#include "kernel.h"

static NOINLINE u32 fib(u32 n) {
  if (n < 2) return n;
  u32 before = fib(n - 2);
  return before + fib(n - 1);
}

EXPORT i32 run(i32 n) {
  u32 sum = 0;
  while (n-- > 0) sum += fib(20 + (n & 1));
  return (i32)sum;
}

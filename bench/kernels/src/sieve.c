// Primes below 64 K: byte stores with a stride.
#include "kernel.h"

#define LIMIT 65536
static u8 composite[LIMIT];

static NOINLINE i32 count_primes(void) {
  i32 count = 0;
  for (int i = 0; i < LIMIT; i++) composite[i] = 0;
  for (int i = 2; i < LIMIT; i++) {
    if (composite[i]) continue;
    count++;
    for (int j = i + i; j < LIMIT; j += i) composite[j] = 1;
  }
  return count;
}

EXPORT i32 run(i32 n) {
  i32 sum = 0;
  while (n-- > 0) sum += count_primes();
  return sum;
}

// Heap sort of 4096 numbers.
#include "kernel.h"

#define COUNT 4096
static u32 numbers[COUNT];

static void sift(int root, int end) {
  u32 value = numbers[root];
  for (int child; (child = 2 * root + 1) < end; root = child) {
    if (child + 1 < end && numbers[child + 1] > numbers[child]) child++;
    if (numbers[child] <= value) break;
    numbers[root] = numbers[child];
  }
  numbers[root] = value;
}

static NOINLINE void sort(void) {
  for (int i = COUNT / 2; i-- > 0;) sift(i, COUNT);
  for (int end = COUNT - 1; end > 0; end--) {
    u32 largest = numbers[0];
    numbers[0] = numbers[end];
    numbers[end] = largest;
    sift(0, end);
  }
}

EXPORT i32 run(i32 n) {
  u32 random = 99, sum = 0;
  while (n-- > 0) {
    for (int i = 0; i < COUNT; i++) numbers[i] = next_random(&random);
    sort();
    sum += numbers[n & (COUNT - 1)];
  }
  return (i32)sum;
}

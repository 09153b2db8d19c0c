// Measures run() compiled for this machine, as Program.cs and v8.mjs measure the WebAssembly:  NAME WARM_MS SLICE_MS SLICES
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include "kernel.h"

// Processor time: what else runs on the machine counts less.
static double milliseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return now.tv_sec * 1e3 + now.tv_nsec / 1e6;
}

static int compare(const void *a, const void *b) { return *(double *)a < *(double *)b ? -1 : *(double *)a > *(double *)b; }

int main(int count, char **arguments) {
  double warm = atof(arguments[1]), slice = atof(arguments[2]), slices[1000];
  int sliceCount = atoi(arguments[3]);
  i32 check = run(10);
  double start = milliseconds(), elapsed, batch = 0;
  i32 iterations = 1;
  do {
    double from = milliseconds();
    run(iterations);
    batch = milliseconds() - from;
    if (batch < slice) iterations = batch < slice / 4 ? iterations * 2 : (i32)(iterations * slice / batch) + 1;
    elapsed = milliseconds() - start;
  } while (elapsed < warm || batch < slice / 2);
  for (int i = 0; i < sliceCount; i++) {
    double from = milliseconds();
    run(iterations);
    slices[i] = (milliseconds() - from) * 1e6 / iterations;
  }
  qsort(slices, sliceCount, sizeof(double), compare);
  printf("%.1f %d\n", slices[sliceCount / 2], check);
  (void)count;
}

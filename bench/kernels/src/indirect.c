// call_indirect: 10,000 calls through a table of eight functions, chosen by data.
#include "kernel.h"

typedef u32 (*Operation)(u32, u32);
static NOINLINE u32 op_add(u32 a, u32 b) { return a + b; }
static NOINLINE u32 op_sub(u32 a, u32 b) { return a - b; }
static NOINLINE u32 op_xor(u32 a, u32 b) { return a ^ b; }
static NOINLINE u32 op_mul(u32 a, u32 b) { return a * (b | 1); }
static NOINLINE u32 op_and(u32 a, u32 b) { return a + (a & b); }
static NOINLINE u32 op_shift(u32 a, u32 b) { return a ^ b >> 3; }
static NOINLINE u32 op_either(u32 a, u32 b) { return a - (a | b); }
static NOINLINE u32 op_mix(u32 a, u32 b) { return (a << 5) - a + b; }

static const Operation operations[8] = {op_add, op_sub, op_xor, op_mul, op_and, op_shift, op_either, op_mix};
static u8 program[1024];

static NOINLINE u32 interpret(u32 value) {
  for (u32 i = 0; i < 10000; i++) value = operations[program[i & 1023]](value, i);
  return value;
}

EXPORT i32 run(i32 n) {
  u32 random = 7, sum = 1;
  // Sixteen in a row are alike, so that calls and not mispredictions are measured.
  for (int i = 0; i < 1024; i += 16) {
    u8 operation = (u8)(next_random(&random) >> 13 & 7);
    for (int j = 0; j < 16; j++) program[i + j] = operation;
  }
  while (n-- > 0) sum = interpret(sum);
  return (i32)sum;
}

// The loop of an interpreter: a switch over 20 instructions of a stack machine, running a sort and a sum of divisors.
#include "kernel.h"

enum { HALT, PUSH, LOAD, STORE, ADD, SUB, MUL, REM, LESS, EQUAL, JUMP, JUMP_ZERO, PEEK, POKE, DUP, DROP, AND, SHIFT, INC, SWAP };

static i32 data[256];

static NOINLINE i32 interpret(const i32 *code, i32 limit) {
  i32 stack[32], locals[8] = {0}, *top = stack;
  const i32 *at = code;
  locals[7] = limit;
  for (;;) {
    switch (*at++) {
      case HALT: return *top;
      case PUSH: *++top = *at++; break;
      case LOAD: *++top = locals[*at++]; break;
      case STORE: locals[*at++] = *top--; break;
      case ADD: top--; *top += top[1]; break;
      case SUB: top--; *top -= top[1]; break;
      case MUL: top--; *top *= top[1]; break;
      case REM: top--; *top = top[1] ? *top % top[1] : 0; break;
      case LESS: top--; *top = *top < top[1]; break;
      case EQUAL: top--; *top = *top == top[1]; break;
      case JUMP: at = code + *at; break;
      case JUMP_ZERO: at = *top-- ? at + 1 : code + *at; break;
      case PEEK: *top = data[*top & 255]; break;
      case POKE: data[top[-1] & 255] = *top; top -= 2; break;
      case DUP: top[1] = *top; top++; break;
      case DROP: top--; break;
      case AND: top--; *top &= top[1]; break;
      case SHIFT: top--; *top <<= top[1] & 31; break;
      case INC: locals[*at++]++; break;
      case SWAP: { i32 value = *top; *top = top[-1]; top[-1] = value; break; }
    }
  }
}

// for (i = 1; i < limit; i++) for (j = 1; j < i; j++) if (i % j == 0) sum += j;
static const i32 divisors[] = {
  PUSH, 1, STORE, 0,
  LOAD, 0, LOAD, 7, LESS, JUMP_ZERO, 40,
  PUSH, 1, STORE, 1,
  LOAD, 1, LOAD, 0, LESS, JUMP_ZERO, 36,
  LOAD, 0, LOAD, 1, REM, JUMP_ZERO, 43,
  INC, 1, JUMP, 15, HALT, HALT, HALT,
  INC, 0, JUMP, 4,
  LOAD, 2, HALT,
  LOAD, 2, LOAD, 1, ADD, STORE, 2, JUMP, 29,
};

// for (i = 1; i < limit; i++) for (j = i; 0 < j && data[j] < data[j - 1]; j--) swap;
static const i32 sort[] = {
  PUSH, 1, STORE, 0,
  LOAD, 0, LOAD, 7, LESS, JUMP_ZERO, 66,
  LOAD, 0, STORE, 1,
  PUSH, 0, LOAD, 1, LESS, JUMP_ZERO, 62,
  LOAD, 1, PEEK, LOAD, 1, PUSH, 1, SUB, PEEK, LESS, JUMP_ZERO, 62,
  LOAD, 1, DUP, PEEK, SWAP, DUP, PUSH, 1, SUB, PEEK, POKE,
  LOAD, 1, PUSH, 1, SUB, SWAP, POKE,
  LOAD, 1, PUSH, 1, SUB, STORE, 1, JUMP, 15, DROP,
  INC, 0, JUMP, 4,
  PUSH, 5, PEEK, HALT,
};

EXPORT i32 run(i32 n) {
  u32 random = 17;
  i32 sum = 0;
  while (n-- > 0) {
    for (int i = 0; i < 256; i++) data[i] = (i32)(next_random(&random) >> 4);
    sum += interpret(divisors, 96) + interpret(sort, 96);
  }
  return sum;
}

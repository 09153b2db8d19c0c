// Finds words in 32 KB of text: Horspool for a long one, first byte and compare for a short one.
#include "kernel.h"

#define LENGTH 32768
static u8 text[LENGTH];
static const char words[][12] = {"benchmark", "request", "component", "wasm", "memory", "instance", "of", "the"};

static NOINLINE i32 horspool(const u8 *pattern, i32 length) {
  u8 skip[256];
  i32 found = 0;
  for (int i = 0; i < 256; i++) skip[i] = (u8)length;
  for (int i = 0; i < length - 1; i++) skip[pattern[i]] = (u8)(length - 1 - i);
  for (i32 at = 0; at <= LENGTH - length; at += skip[text[at + length - 1]]) {
    i32 i = length - 1;
    while (i >= 0 && text[at + i] == pattern[i]) i--;
    found += i < 0;
  }
  return found;
}

static NOINLINE i32 naive(const u8 *pattern, i32 length) {
  i32 found = 0;
  for (i32 at = 0; at <= LENGTH - length; at++) {
    if (text[at] != pattern[0]) continue;
    i32 i = 1;
    while (i < length && text[at + i] == pattern[i]) i++;
    found += i == length;
  }
  return found;
}

EXPORT i32 run(i32 n) {
  u32 random = 4711;
  i32 sum = 0;
  for (i32 at = 0; at < LENGTH;) {
    const char *word = words[next_random(&random) >> 9 & 7];
    while (*word && at < LENGTH) text[at++] = (u8)*word++;
    if (at < LENGTH) text[at++] = ' ';
  }
  while (n-- > 0) {
    sum += horspool((const u8 *)words[n & 1 ? 0 : 2], 9) + naive((const u8 *)"memory", 6);
    text[n & (LENGTH - 1)] ^= 0x20;
  }
  return sum;
}

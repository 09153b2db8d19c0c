// A byte-oriented compressor (matches of an earlier place, found by a hash of four bytes) and back: 32 KB.
#include "kernel.h"

#define LENGTH 32768
static u8 source[LENGTH + 8], packed[LENGTH * 2], unpacked[LENGTH + 8];
static u16 places[4096];

static inline u32 read4(const u8 *p) { return (u32)p[0] | (u32)p[1] << 8 | (u32)p[2] << 16 | (u32)p[3] << 24; }

static NOINLINE i32 pack(void) {
  u8 *out = packed;
  i32 at = 0;
  for (int i = 0; i < 4096; i++) places[i] = 0;
  while (at < LENGTH - 4) {
    u32 four = read4(source + at), slot = four * 2654435761u >> 20;
    i32 before = places[slot];
    places[slot] = (u16)at;
    if (before < at && read4(source + before) == four) {
      i32 length = 4;
      while (length < 130 && at + length < LENGTH && source[before + length] == source[at + length]) length++;
      *out++ = (u8)(0x80 | (length - 4));
      *out++ = (u8)(at - before);
      *out++ = (u8)((at - before) >> 8);
      at += length;
    } else {
      *out++ = source[at++] & 0x7F;
    }
  }
  while (at < LENGTH) *out++ = source[at++] & 0x7F;
  return (i32)(out - packed);
}

static NOINLINE i32 unpack(i32 length) {
  const u8 *in = packed, *end = packed + length;
  u8 *out = unpacked;
  while (in < end) {
    u8 first = *in++;
    if (first & 0x80) {
      i32 count = (first & 0x7F) + 4;
      const u8 *from = out - (in[0] | in[1] << 8);
      in += 2;
      while (count-- > 0) *out++ = *from++;
    } else {
      *out++ = first;
    }
  }
  return (i32)(out - unpacked);
}

EXPORT i32 run(i32 n) {
  u32 random = 3, sum = 0;
  for (int i = 0; i < LENGTH; i++) {
    if (i > 64 && (next_random(&random) & 7)) source[i] = source[i - 1 - (random >> 8 & 31)];
    else source[i] = (u8)(random >> 16 & 0x7F);
  }
  while (n-- > 0) {
    i32 length = pack();
    sum += (u32)length + (u32)unpack(length);
    source[n & (LENGTH - 1)] ^= 1;
  }
  for (int i = 0; i < 64; i++) sum = sum * 31 + unpacked[i * 512];
  return (i32)sum;
}

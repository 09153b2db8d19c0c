// ?n=1024: the SHA-256 (FIPS 180-4) of n KiB, in which byte i is i mod 251, as lower-case hexadecimal.
#include "../c/guest.h"

static const u32 round_constants[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

typedef struct { u32 h[8]; u8 block[64]; u64 length; } sha256;

static const sha256 initial = {{
    0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19}, {0}, 0};

static u32 rotate(u32 x, u32 by) { return x >> by | x << (32 - by); }

static void compress(sha256 *s) {
  u32 w[64], v[8];
  for (u32 i = 0; i < 16; i++)
    w[i] = (u32)s->block[4 * i] << 24 | s->block[4 * i + 1] << 16 | s->block[4 * i + 2] << 8 | s->block[4 * i + 3];
  for (u32 i = 16; i < 64; i++) {
    u32 a = w[i - 15], b = w[i - 2];
    w[i] = w[i - 16] + (rotate(a, 7) ^ rotate(a, 18) ^ a >> 3) + w[i - 7] + (rotate(b, 17) ^ rotate(b, 19) ^ b >> 10);
  }
  for (u32 i = 0; i < 8; i++) v[i] = s->h[i];
  for (u32 i = 0; i < 64; i++) {
    u32 choice = (v[4] & v[5]) ^ (~v[4] & v[6]);
    u32 majority = (v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2]);
    u32 one = v[7] + (rotate(v[4], 6) ^ rotate(v[4], 11) ^ rotate(v[4], 25)) + choice + round_constants[i] + w[i];
    u32 two = (rotate(v[0], 2) ^ rotate(v[0], 13) ^ rotate(v[0], 22)) + majority;
    for (u32 j = 7; j; j--) v[j] = v[j - 1];
    v[4] += one;
    v[0] = one + two;
  }
  for (u32 i = 0; i < 8; i++) s->h[i] += v[i];
}

static void update(sha256 *s, u8 byte) {
  s->block[s->length++ % 64] = byte;
  if (s->length % 64 == 0) compress(s);
}

static void finish(sha256 *s) {
  u64 bits = s->length * 8;
  update(s, 0x80);
  while (s->length % 64 != 56) update(s, 0);
  for (u32 i = 8; i; i--) update(s, bits >> 8 * (i - 1));
}

static void handle_request(handle request, handle out) {
  u64 length = query_number(request_target(request), TEXT("n"), 1024) * 1024;
  sha256 hash = initial;
  u8 byte = 0;
  for (u64 i = 0; i < length; i++) {
    update(&hash, byte);
    byte = byte == 250 ? 0 : byte + 1;
  }
  finish(&hash);

  u8 hex[65];
  for (u32 i = 0; i < 64; i++) hex[i] = "0123456789abcdef"[hash.h[i / 8] >> (28 - i % 8 * 4) & 15];
  hex[64] = '\n';
  respond(out, 200, (bytes){hex, sizeof hex});
}

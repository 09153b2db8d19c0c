// Scans 16 KB of JSON: strings with escapes, numbers, nesting.
#include "kernel.h"

static char text[16384 + 256];
static i32 length;

static void put(const char *s) { while (*s) text[length++] = *s++; }

static void put_number(u32 number) {
  char digits[12];
  int count = 0;
  do digits[count++] = (char)('0' + number % 10); while (number /= 10);
  while (count) text[length++] = digits[--count];
}

static void make(void) {
  u32 random = 12345;
  length = 0;
  put("[");
  while (length < 16000) {
    put("{\"id\": ");
    put_number(next_random(&random) >> 8);
    put(", \"name\": \"item \\\"");
    put_number(next_random(&random) >> 20);
    put("\\\" caf\\u00e9\", \"price\": -");
    put_number(next_random(&random) >> 22);
    put(".25e2, \"tags\": [\"one\", \"two\", true, null]},\n  ");
  }
  put("0]");
  text[length] = 0;
}

typedef struct { i32 values, depth, deepest, characters; double sum; } Result;

static const char *scan_string(const char *p, Result *result) {
  for (;;) {
    char c = *p++;
    if (c == '"') return p;
    if (c == '\\') p += *p == 'u' ? 5 : 1;
    result->characters++;
  }
}

static const char *scan_number(const char *p, Result *result) {
  int is_negative = *p == '-', exponent = 0;
  double value = 0, scale = 1;
  if (is_negative) p++;
  while (*p >= '0' && *p <= '9') value = value * 10 + (*p++ - '0');
  if (*p == '.') {
    for (p++; *p >= '0' && *p <= '9'; p++) value = value * 10 + (*p - '0'), scale *= 10;
  }
  if (*p == 'e' || *p == 'E') {
    for (p++; *p >= '0' && *p <= '9'; p++) exponent = exponent * 10 + (*p - '0');
  }
  value /= scale;
  while (exponent-- > 0) value *= 10;
  result->sum += is_negative ? -value : value;
  return p;
}

static NOINLINE void scan(const char *p, Result *result) {
  for (;;) {
    switch (*p) {
      case 0:
        return;
      case ' ': case '\n': case '\r': case '\t': case ',': case ':':
        p++;
        break;
      case '{': case '[':
        p++, result->values++;
        if (++result->depth > result->deepest) result->deepest = result->depth;
        break;
      case '}': case ']':
        p++, result->depth--;
        break;
      case '"':
        result->values++;
        p = scan_string(p + 1, result);
        break;
      case 't': case 'n':
        p += 4, result->values++;
        break;
      case 'f':
        p += 5, result->values++;
        break;
      default:
        result->values++;
        p = scan_number(p, result);
    }
  }
}

EXPORT i32 run(i32 n) {
  i32 sum = 0;
  make();
  while (n-- > 0) {
    Result result = {0};
    scan(text, &result);
    sum += result.values + result.deepest + result.characters + (i32)(i64)result.sum;
  }
  return sum;
}

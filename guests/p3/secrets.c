// `/N`: leaves the secret N in every place that a guest of 0.3 has, and answers with the number of places where it found one of an earlier request: always 0.
// Odd numbers wait for a timer in between, so that instances are alive side by side.
#include "p3.h"

// A global and a table, which C cannot name: secrets/places.s
extern u64 global_read(void);
extern void global_write(u64 value);
extern u32 table_length(void);
extern u32 table_push(void);

#define PAGE 65536
#define PLACES (PAGE / 8)

static volatile u64 secret_static;
static volatile u64 secret_data = 1;
static u64 secret_pages[PLACES];
static u32 found;
static u8 text[2];

static u32 pages(void) { return __builtin_wasm_memory_size(0); }

// Before anything of this request is in the tables: the next handle that the host gives out tells how many there are.
static u32 places(u32 set) {
  u32 count = 0;
  count += secret_static != 0;
  count += secret_data != 1;
  for (u32 i = 0; i < PLACES; i += 512) count += secret_pages[i] != 0;
  count += pages() > 4;
  count += global_read() != 0;
  count += table_length() != 0;
  // The request and this task's set are all that there is.
  count += set > 2;
  return count;
}

static void leave(u64 secret) {
  secret_static = secret;
  secret_data = secret;
  for (u32 i = 0; i < PLACES; i += 512) secret_pages[i] = secret;
  global_write(secret);
  table_push();
  u32 before = pages();
  expect(__builtin_wasm_memory_grow(0, 2) == before);
  u64 *added = (u64 *)(before * PAGE);
  for (u32 i = 0; i < 2 * PLACES; i += 64) {
    expect(added[i] == 0);
    added[i] = secret;
  }
  // Things of the host and of the canonical built-ins: none is given back.
  handle kept = fields_new();
  u8 appended[24];
  fields_append(kept, (u8 *)"x-secret", 8, (u8 *)"1", 1, appended);
  for (u32 i = 0; i < 3; i++) {
    fields_clone(kept);
    body_new();
    trailers_new();
    set_new();
  }
  // A read of which nobody will hear, and a timer that nobody waits for.
  u64 ends = body_new();
  body_read((handle)ends, secret_pages, 8);
  wait_for(3600000000000ull);
  backpressure_inc();
}

static u32 run(task *t) {
  BEGIN(t)
  found = places(t->set);
  option_string target;
  request_target(t->request, &target);
  u64 secret = 0;
  for (u32 i = 1; i < target.value.length; i++) secret = secret * 10 + (target.value.data[i] - '0');
  leave(secret | 1);
  t->done = secret & 1;
  if (t->done) {
    CALL(t, wait_for(1000000))
  }
  request_drop(t->request);
  text[0] = '0' + found;
  text[1] = '\n';
  ANSWER(t, 200, ((bytes){text, 2}))
  END(t)
}

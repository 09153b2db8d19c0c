// Writes a secret to every place that a guest has, and answers with the number of places where it found one of an earlier request: always 0.
#include "../c/guest.h"

// A global and a table, which C cannot name: places.s
extern u64 global_read(void);
extern void global_write(u64 value);
extern u32 table_length(void);
extern u32 table_push(void);

#define PAGE KIB(64)

static volatile u64 secret_static;
static volatile u64 secret_data = 1;
static u64 secret_pages[KIB(64)];

static u32 memory_pages(void) { return __builtin_wasm_memory_size(0); }

static u32 found(u32 first_handle) {
  static const u32 initial_pages_bound = 20;
  u32 places = 0;
  places += secret_static != 0;
  places += secret_data != 1;
  for (u32 i = 0; i < KIB(64); i += 512) places += secret_pages[i] != 0;
  places += memory_pages() > initial_pages_bound;
  places += global_read() != 0;
  places += table_length() != 0;
  // A table of handles that an earlier request left full would give another number.
  places += first_handle > 8;
  return places;
}

static void write_secrets(u64 secret) {
  secret_static = secret;
  secret_data = secret;
  for (u32 i = 0; i < KIB(64); i += 512) secret_pages[(i + secret % 512) % KIB(64)] = secret;
  global_write(secret);
  table_push();
  // The pages that this adds are kept full of the secret, up to the last byte.
  u32 pages = memory_pages();
  expect(__builtin_wasm_memory_grow(0, 2) == pages);
  u64 *added = (u64 *)(pages * PAGE);
  for (u32 i = 0; i < 2 * PAGE / 8; i += 64) {
    expect(added[i] == 0);
    added[i] = secret;
  }
}

static void handle_request(handle request, handle out) {
  handle kept = fields_new();
  u32 places = found(kept);
  write_secrets(parse_number(from(request_target(request), 1), 1) | 1);
  for (u32 i = 0; i < 4; i++) fields_new();
  builder text = builder_new(32);
  append_number(&text, places);
  append(&text, TEXT("\n"));
  respond(out, 200, built(&text));
}

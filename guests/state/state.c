// Counts the requests that this instance has seen: always 1, as each request has a fresh instance.
#include "../c/guest.h"

static volatile u32 seen;

static void handle_request(handle request, handle out) {
  builder text = builder_new(32);
  append_number(&text, ++seen);
  append(&text, TEXT("\n"));
  respond(out, 200, built(&text));
}

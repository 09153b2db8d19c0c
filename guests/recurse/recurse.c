// ?depth=N: recurses N deep (default: four billion, past any stack) and answers with N.
#include "../c/guest.h"

static volatile u32 sink;

// The store after the call keeps this from becoming a loop; nothing is on the stack in linear memory.
static __attribute__((noinline)) u32 descend(u32 depth) {
  if (!depth) return 0;
  u32 below = descend(depth - 1);
  sink = below;
  return below + 1;
}

static void handle_request(handle request, handle out) {
  builder text = builder_new(32);
  append_number(&text, descend(query_number(request_target(request), TEXT("depth"), 0xffffffff)));
  append(&text, TEXT("\n"));
  respond(out, 200, built(&text));
}

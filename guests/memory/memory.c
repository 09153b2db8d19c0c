// ?mb=N: grows memory by N MB, touches each page, and tells what memory.grow gave (-1: refused).
// /hog: grows until it is refused, then traps.
#include "../c/guest.h"

enum { PAGE = 65536 };

static int grow(u32 pages) {
  int before = (int)__builtin_wasm_memory_grow(0, pages);
  if (before == -1) return before;
  for (u32 i = 0; i < pages; i++) *(volatile u8 *)((before + i) * PAGE) = 1;
  return before;
}

static void handle_request(handle request, handle out) {
  bytes target = request_target(request);
  if (bytes_equal(path_of(target), TEXT("/hog"))) {
    while (grow(16) != -1) {}
    __builtin_trap();
  }

  u32 megabytes = query_number(target, TEXT("mb"), 1);
  u32 before = __builtin_wasm_memory_size(0);
  int result = grow(megabytes * 16);
  builder text = builder_new(256);
  append(&text, TEXT("memory.grow: "));
  if (result == -1) append(&text, TEXT("-1"));
  else append_number(&text, result);
  append(&text, TEXT("\npages before: "));
  append_number(&text, before);
  append(&text, TEXT("\npages after: "));
  append_number(&text, __builtin_wasm_memory_size(0));
  append(&text, TEXT("\n"));
  respond(out, 200, built(&text));
}

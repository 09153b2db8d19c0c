// ?n=5&ms=100: n lines "chunk <i>", each flushed, with a pause before each but the first.
#include "../c/guest.h"

static void handle_request(handle request, handle out) {
  bytes target = request_target(request);
  u64 count = query_number(target, TEXT("n"), 5);
  u64 pause = query_number(target, TEXT("ms"), 100);

  output body = begin_response(out, 200, content_type(TEXT("text/plain")));
  u32 mark = arena_mark();
  for (u64 i = 0; i < count; i++) {
    if (i && pause) sleep_for(pause);
    builder line = builder_new(64);
    append(&line, TEXT("chunk "));
    append_number(&line, i);
    append(&line, TEXT("\n"));
    write_and_flush(body.stream, built(&line));
    arena_release(mark);
  }
  finish_output(body);
}

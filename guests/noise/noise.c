// Prints more than anyone will read, then answers with how many bytes that was.
//   /lines    lines of 100 characters
//   /empty    empty lines
//   /endless  one line that never ends
//   ?kb=N     N KB in all; without it for ever
//   ?to=err   to stderr
//   ?tail=1   a last line, "the end"
#include "../c/guest.h"

static void handle_request(handle request, handle out) {
  bytes target = request_target(request), path = path_of(target);
  u64 left = query_number(target, TEXT("kb"), 0) * KIB(1), written = 0;
  int is_bounded = left > 0;
  handle stream = bytes_equal(query(target, TEXT("to")).value, TEXT("err")) ? stderr_get() : stdout_get();
  u8 *page = arena_allocate(KIB(4), 1);
  for (u32 i = 0; i < KIB(4); i++) page[i] = 'a' + i % 26;
  if (bytes_equal(path, TEXT("/lines"))) for (u32 i = 100; i < KIB(4); i += 101) page[i] = '\n';
  if (bytes_equal(path, TEXT("/empty"))) for (u32 i = 0; i < KIB(4); i++) page[i] = '\n';
  while (!is_bounded || left > 0) {
    u32 length = is_bounded && left < KIB(4) ? left : KIB(4);
    write_and_flush(stream, (bytes){page, length});
    left -= length;
    written += length;
  }
  if (query_number(target, TEXT("tail"), 0)) write_and_flush(stream, TEXT("\nthe end\n"));
  output_stream_drop(stream);
  builder text = builder_new(32);
  append_number(&text, written);
  respond(out, 200, built(&text));
}

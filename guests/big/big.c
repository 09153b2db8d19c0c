// Bodies, in which byte i is 'a' + i mod 26.
//   ?size=N          bytes in all (default 1 MiB)
//   ?chunk=C         bytes in a write (default 64 KiB, above the 4096 that the standard promises)
//   ?via=write       check-write, write and poll in place of blocking-write-and-flush
//   ?status=S        status code (default 200)
//   ?length=L        a content-length header, right or wrong
//   /late            sets the response only when the body is written (default size 100 KiB)
//   /trailers        ends with the trailer x-size
//   /error?code=N    answers with error-code N (default 38, internal-error with a message)
//   /unfinished      drops the body in place of finishing it
//   /trap            traps when the body is written, before its end
#include "../c/guest.h"

static handle response_headers(bytes target) {
  option_string length = query(target, TEXT("length"));
  handle headers = content_type(TEXT("text/plain"));
  if (length.is_some) add_header(headers, TEXT("content-length"), length.value);
  return headers;
}

static void write_pattern(output body, bytes target, u64 size) {
  u32 chunk = query_number(target, TEXT("chunk"), KIB(64));
  int by_write = bytes_equal(query(target, TEXT("via")).value, TEXT("write"));
  u8 *pattern = arena_allocate(chunk + 26, 1);
  for (u32 i = 0; i < chunk + 26; i++) pattern[i] = 'a' + i % 26;

  for (u64 done = 0; done < size;) {
    u32 count = size - done < chunk ? size - done : chunk;
    bytes next = {pattern + done % 26, count};
    if (by_write) write_all(body.stream, next);
    else write_and_flush(body.stream, next);
    done += count;
  }
}

static void finish_with_trailers(output body, u64 size) {
  builder text = builder_new(32);
  append_number(&text, size);
  handle trailers = fields_new();
  add_header(trailers, TEXT("x-size"), built(&text));
  result_http finished;
  output_stream_drop(body.stream);
  outgoing_body_finish(body.body, 1, trailers, &finished);
  expect(!finished.is_error);
}

// Only cases whose payload is absent or optional can be told by number alone: a zeroed payload is "none".
static void respond_error(handle out, u32 code) {
  static const char message[] = "the guest says no";
  int has_message = code == 38;
  response_outparam_set(out, 1, code, has_message, has_message ? (u32)message : 0, has_message ? sizeof message - 1 : 0, 0, 0, 0);
}

static void handle_request(handle request, handle out) {
  bytes target = request_target(request), path = path_of(target);
  if (bytes_equal(path, TEXT("/error"))) {
    respond_error(out, query_number(target, TEXT("code"), 38));
    return;
  }

  int late = bytes_equal(path, TEXT("/late"));
  u64 size = query_number(target, TEXT("size"), late ? KIB(100) : KIB(1024));
  handle response = outgoing_response_new(response_headers(target));
  expect(!outgoing_response_set_status_code(response, query_number(target, TEXT("status"), 200)));
  output body = response_output(response);
  if (!late) set_response(out, response);
  write_pattern(body, target, size);

  if (bytes_equal(path, TEXT("/trap"))) __builtin_trap();
  if (bytes_equal(path, TEXT("/unfinished"))) {
    output_stream_drop(body.stream);
    outgoing_body_drop(body.body);
  } else if (bytes_equal(path, TEXT("/trailers"))) {
    finish_with_trailers(body, size);
  } else if (late) {
    // Nobody reads yet, so a flush could wait for ever.
    result_http finished;
    output_stream_drop(body.stream);
    outgoing_body_finish(body.body, 0, 0, &finished);
    expect(!finished.is_error);
  } else {
    finish_output(body);
  }
  if (late) set_response(out, response);
}

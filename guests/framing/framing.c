// Responses in every shape that wasi:http allows, right and wrong.
//   ?status=S        status code (default 200)
//   ?length=L        a content-length field as it is written here; twice as L,M with ?also=M
//   ?body=           none: never taken; else taken, and what ?n= says written
//   ?n=N             bytes of body (default 0), all in one blocking write, or with ?via=write in one that is not flushed
//   ?end=            finish (default), drop, leave, trap: what becomes of the body; spin, sleep: finish it and go on for ever; lose: drop it and do so
//   ?empty=1         a field x-empty without a value, twice, and one with
//   ?trailer=1       ends with the trailers x-size and x-empty
//   /early           sets the response only when the body is written
//   /read            reads the request's body first and answers with its bytes in place of ?n=, the input left open
//   /request         writes ?n= bytes of an outgoing request's body that is never sent
// A refused write is put up with, as loose guests do.
#include "../c/guest.h"

static void add_length(handle headers, bytes target, bytes name) {
  option_string length = query(target, name);
  if (length.is_some) add_header(headers, TEXT("content-length"), length.value);
}

static handle response_headers(bytes target) {
  handle headers = fields_new();
  add_length(headers, target, TEXT("length"));
  add_length(headers, target, TEXT("also"));
  if (query(target, TEXT("empty")).is_some) {
    add_header(headers, TEXT("x-empty"), TEXT(""));
    add_header(headers, TEXT("x-empty"), TEXT(""));
    add_header(headers, TEXT("x-full"), TEXT("full"));
  }
  return headers;
}

static bytes pattern(u64 size) {
  bytes text = {arena_allocate(size + 1, 1), size};
  __builtin_memset(text.data, 'x', size);
  return text;
}

static void write_body(handle stream, bytes target, bytes text) {
  result_write written;
  if (!text.length) return;
  if (bytes_equal(query(target, TEXT("via")).value, TEXT("write"))) output_stream_write(stream, text.data, text.length, &written);
  else output_stream_blocking_write_and_flush(stream, text.data, text.length, &written);
}

static void end_body(output body, bytes target) {
  bytes end = query(target, TEXT("end")).value;
  result_http finished;
  if (bytes_equal(end, TEXT("trap"))) __builtin_trap();
  if (bytes_equal(end, TEXT("leave"))) return;
  output_stream_drop(body.stream);
  if (bytes_equal(end, TEXT("drop")) || bytes_equal(end, TEXT("lose"))) {
    outgoing_body_drop(body.body);
  } else if (query(target, TEXT("trailer")).is_some) {
    handle trailers = fields_new();
    add_header(trailers, TEXT("x-size"), TEXT("7"));
    add_header(trailers, TEXT("x-empty"), TEXT(""));
    outgoing_body_finish(body.body, 1, trailers, &finished);
  } else {
    outgoing_body_finish(body.body, 0, 0, &finished);
  }
  if (bytes_equal(end, TEXT("spin")) || bytes_equal(end, TEXT("lose"))) for (volatile u32 turns = 0;; turns++) {}
  if (bytes_equal(end, TEXT("sleep"))) sleep_for(1000 * 1000 * 1000);
}

// Nothing is closed: that is the host's when the guest has returned.
static bytes read_request(handle request) { return read_all(request_input(request)); }

static void write_request(bytes target) {
  result_handle taken;
  outgoing_request_body(outgoing_request_new(fields_new()), &taken);
  write_body(open_output(expect_handle(taken)).stream, target, pattern(query_number(target, TEXT("n"), 0)));
}

static void handle_request(handle request, handle out) {
  bytes target = request_target(request), path = path_of(target);
  int early = bytes_equal(path, TEXT("/early"));
  if (bytes_equal(path, TEXT("/request"))) write_request(target);
  bytes text = bytes_equal(path, TEXT("/read")) ? read_request(request) : pattern(query_number(target, TEXT("n"), 0));
  handle response = outgoing_response_new(response_headers(target));
  expect(!outgoing_response_set_status_code(response, query_number(target, TEXT("status"), 200)));
  if (bytes_equal(query(target, TEXT("body")).value, TEXT("none"))) {
    set_response(out, response);
    return;
  }
  output body = response_output(response);
  if (!early) set_response(out, response);
  write_body(body.stream, target, text);
  if (early) set_response(out, response);
  end_body(body, target);
}

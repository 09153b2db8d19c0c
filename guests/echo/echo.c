// The request, sent back: body chunk by chunk in constant memory, its other parts as x-echo-* headers.
//   /headers       all request headers as lines of text
//   ?via=splice    lets the host move the body
//   ?trailers=1    request trailers become response trailers
#include "../c/guest.h"

static void respond_headers(handle fields, handle out) {
  field_list entries;
  fields_entries(fields, &entries);
  builder lines = builder_new(KIB(8));
  for (u32 i = 0; i < entries.length; i++) {
    append(&lines, entries.items[i].name);
    append(&lines, TEXT(": "));
    append(&lines, entries.items[i].value);
    append(&lines, TEXT("\n"));
  }
  respond(out, 200, built(&lines));
}

static handle echo_headers(handle request, handle request_headers) {
  http_method method;
  option_string authority;
  option_scheme scheme;
  incoming_request_method(request, &method);
  incoming_request_authority(request, &authority);
  incoming_request_scheme(request, &scheme);
  option_string type = header(request_headers, TEXT("content-type"));

  handle headers = content_type(type.is_some ? type.value : TEXT("application/octet-stream"));
  add_header(headers, TEXT("x-echo-method"), method_name(method));
  add_header(headers, TEXT("x-echo-path"), request_target(request));
  if (authority.is_some) add_header(headers, TEXT("x-echo-authority"), authority.value);
  if (scheme.is_some)
    add_header(headers, TEXT("x-echo-scheme"),
               scheme.value.tag == 0 ? TEXT("http") : scheme.value.tag == 1 ? TEXT("https") : scheme.value.other);
  return headers;
}

static void copy(input in, output out) {
  bytes chunk;
  u32 mark = arena_mark();
  while (read_some(in, KIB(64), &chunk)) {
    write_all(out.stream, chunk);
    arena_release(mark);
  }
}

static void splice(input in, output out) {
  result_count moved;
  do output_stream_blocking_splice(out.stream, in.stream, KIB(64), &moved);
  while (!moved.is_error);
  expect(moved.error.tag == STREAM_CLOSED);
}

// Ends both bodies; true trailers can only be known once the request's body was read.
static void finish_with_trailers(input in, output out) {
  input_stream_drop(in.stream);
  handle future = incoming_body_finish(in.body);
  block_on(future_trailers_subscribe(future));
  option_trailers got;
  future_trailers_get(future, &got);
  expect(got.is_some && !got.value.is_error && !got.value.value.is_error);

  result_http finished;
  handle trailers = 0;
  u8 is_some = got.value.value.value.is_some;
  if (is_some) {
    trailers = fields_clone(got.value.value.value.fields);
    fields_drop(got.value.value.value.fields);
  }
  future_trailers_drop(future);
  blocking_flush(out.stream);
  output_stream_drop(out.stream);
  outgoing_body_finish(out.body, is_some, trailers, &finished);
  expect(!finished.is_error);
}

static void handle_request(handle request, handle out) {
  handle request_headers = incoming_request_headers(request);
  bytes target = request_target(request);
  if (bytes_equal(path_of(target), TEXT("/headers"))) {
    respond_headers(request_headers, out);
    return;
  }

  handle headers = echo_headers(request, request_headers);
  input in = request_input(request);
  output body = begin_response(out, 200, headers);
  if (bytes_equal(query(target, TEXT("via")).value, TEXT("splice")))
    splice(in, body);
  else
    copy(in, body);

  if (query(target, TEXT("trailers")).is_some) {
    finish_with_trailers(in, body);
  } else {
    close_input(in);
    finish_output(body);
  }
}

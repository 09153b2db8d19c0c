// ?what= : one way each of making the host hold more and more, until something ends it. Answers what it had when `n` was reached.
#include "../c/guest.h"

IMPORT(HTTP_TYPES, "[method]fields.set") void fields_set(handle self, const char *name, u32 name_length, const bytes *values, u32 count, result_header *result);
IMPORT(HTTP_TYPES, "[static]fields.from-list") void fields_from_list(const field *items, u32 count, result_handle *result);
IMPORT(HTTP_TYPES, "[resource-drop]outgoing-response") void outgoing_response_drop(handle self);
IMPORT(HTTP_TYPES, "[method]outgoing-response.headers") handle outgoing_response_headers(handle self);

#define LARGE 60000u

static u8 *filled(u32 length) {
  u8 *block = arena_allocate(length, 1);
  __builtin_memset(block, 'v', length);
  return block;
}

static handle large_fields(void) {
  static u8 *value;
  if (!value) value = filled(LARGE);
  handle fields = fields_new();
  result_header result;
  fields_append(fields, "x", 1, value, LARGE, &result);
  return fields;
}

static handle new_body(handle fields, handle *response) {
  result_handle body;
  *response = outgoing_response_new(fields);
  outgoing_response_body(*response, &body);
  expect(!body.is_error);
  return body.value;
}

static handle stream_of(handle body) {
  result_handle stream;
  outgoing_body_write(body, &stream);
  expect(!stream.is_error);
  return stream.value;
}

static void write_pieces(handle stream, const u8 *data, u32 pieces) {
  for (u32 i = 0; i < pieces; i++) {
    result_count room;
    output_stream_check_write(stream, &room);
    if (room.is_error || !room.value) return;
    result_write written;
    output_stream_write(stream, data, room.value < 65536 ? (u32)room.value : 65536, &written);
  }
}

static handle request_to(u64 port, int with_body, handle *body) {
  builder authority = builder_new(32);
  append(&authority, TEXT("127.0.0.1:"));
  append_number(&authority, port);
  handle request = outgoing_request_new(fields_new());
  outgoing_request_set_scheme(request, 1, 0, 0, 0);
  outgoing_request_set_authority(request, 1, authority.data, authority.length);
  outgoing_request_set_path_with_query(request, 1, "/never", 6);
  if (with_body) {
    result_handle made;
    outgoing_request_set_method(request, 2, 0, 0);
    outgoing_request_body(request, &made);
    expect(!made.is_error);
    *body = made.value;
  }
  return request;
}

static handle sent(handle request) {
  result_http result;
  outgoing_handler_handle(request, 0, 0, &result);
  return result.is_error ? 0 : result.value;
}

static u32 grow_memory(void) {
  u32 pages = 0;
  while (__builtin_wasm_memory_grow(0, 16) != (unsigned long)-1) {
    u32 end = __builtin_wasm_memory_size(0);
    for (u32 page = end - 16; page < end; page++) __builtin_memset((u8 *)(page * KIB(64)), 1, KIB(64));
    pages += 16;
  }
  return pages;
}

static void handle_request(handle request, handle out) {
  bytes target = request_target(request), what = query(target, TEXT("what")).value;
  u64 n = query_number(target, TEXT("n"), 1ull << 40), port = query_number(target, TEXT("port"), 1), i = 0;
  u32 mark = arena_mark();
  u8 *piece = filled(KIB(64));
#define WAY(name) else if (bytes_equal(what, TEXT(name)))
  if (bytes_equal(what, TEXT("memory"))) i = grow_memory();
  WAY("memory-trap") { grow_memory(); expect(0); }
  WAY("handles") for (; i < n; i++) fields_new();
  WAY("pollables") for (; i < n; i++) monotonic_clock_subscribe_duration(1ull << 60);
  WAY("fields") for (; i < n; i++) large_fields();
  WAY("append") {
    handle fields = 0;
    for (; i < n; i++) {
      if (i % 1000 == 0) fields = fields_new();
      builder name = builder_new(32);
      append(&name, TEXT("x-"));
      append_number(&name, i);
      result_header result;
      fields_append(fields, (char *)name.data, name.length, "", 0, &result);
      arena_release((u32)name.data);
    }
  }
  WAY("clones") { handle fields = large_fields(); for (; i < n; i++) fields_clone(fields); }
  // The response is dropped, one more handle keeps its fields.
  WAY("views") for (; i < n; i++) {
    handle response = outgoing_response_new(large_fields());
    outgoing_response_headers(response);
    outgoing_response_drop(response);
  }
  WAY("trailers") for (; i < n; i++) {
    handle response;
    result_http finished;
    outgoing_body_finish(new_body(fields_new(), &response), 1, large_fields(), &finished);
  }
  WAY("bodies") for (; i < n; i++) { handle response; write_pieces(stream_of(new_body(fields_new(), &response)), piece, 16); }
  WAY("small-bodies") for (; i < n; i++) {
    handle response;
    result_write written;
    output_stream_write(stream_of(new_body(fields_new(), &response)), piece, 1, &written);
  }
  // Finished, so that nothing but the response can let go of it.
  WAY("finished-bodies") for (; i < n; i++) {
    handle response, body = new_body(fields_new(), &response), stream = stream_of(body);
    result_http finished;
    write_pieces(stream, piece, 16);
    output_stream_drop(stream);
    outgoing_body_finish(body, 0, 0, &finished);
  }
  WAY("requests") for (; i < n; i++) {
    if (!sent(request_to(port, 0, 0))) break;
  }
  WAY("request-bodies") for (; i < n; i++) {
    handle body, made = request_to(port, 1, &body);
    write_pieces(stream_of(body), piece, 16);
    if (!sent(made)) break;
  }
  WAY("unsent-requests") for (; i < n; i++) { handle body; request_to(port, 1, &body); write_pieces(stream_of(body), piece, 16); }
  // Timers that are polled beside one that is due, and dropped or kept.
  WAY("timers") for (; i < n; i++) {
    handle both[2] = {monotonic_clock_subscribe_duration(1ull << 60), monotonic_clock_subscribe_duration(1000)};
    index_list ready;
    u32 before = arena_mark();
    poll(both, 2, &ready);
    arena_release(before);
    pollable_drop(both[1]);
  }
  WAY("dropped-timers") for (; i < n; i++) {
    handle both[2] = {monotonic_clock_subscribe_duration(1ull << 60), monotonic_clock_subscribe_duration(1000)};
    index_list ready;
    u32 before = arena_mark();
    poll(both, 2, &ready);
    arena_release(before);
    pollable_drop(both[0]);
    pollable_drop(both[1]);
  }
  WAY("random") for (; i < n; i++) { bytes random; u32 before = arena_mark(); random_get_bytes(16u << 20, &random); arena_release(before); }
  // Values of one call: many fields that all lie in one place.
  WAY("values") {
    u32 count = 500000;
    u8 *value = filled(1000);
    field *list = arena_allocate(count * sizeof(field), 4);
    for (u32 k = 0; k < count; k++) list[k] = (field){{value, 1}, {value, 1000}};
    for (; i < n; i++) { result_handle made; fields_from_list(list, count, &made); }
  }
  WAY("output") { handle err = stderr_get(); result_write written; for (; i < n; i++) output_stream_write(err, piece, KIB(64), &written); }
  // Much at a time, all given back: what the collector has not seen yet.
  WAY("churn") for (; i < n; i++) {
    handle response, body = new_body(large_fields(), &response), stream = stream_of(body);
    write_pieces(stream, piece, 16);
    output_stream_drop(stream);
    outgoing_body_drop(body);
    outgoing_response_drop(response);
  }
  else {
    respond(out, 404, TEXT("no such way\n"));
    return;
  }
  arena_release(mark);
  builder text = builder_new(64);
  append(&text, TEXT("had "));
  append_number(&text, i);
  append(&text, TEXT("\n"));
  respond(out, 200, built(&text));
}

// Helpers that keep each guest short. A guest defines `handle_request`; anything unexpected traps.
#pragma once
#include "wasi.h"

#define TEXT(literal) ((bytes){(u8 *)(literal), sizeof(literal) - 1})
#define KIB(n) ((n) * 1024u)

static inline void expect(int condition) {
  if (!condition) __builtin_trap();
}

#ifdef GUEST_WITH_LIBC
#include <stdlib.h>

static inline u32 arena_mark(void) { return 0; }

static inline void arena_release(u32 mark) {}

static inline void *arena_allocate(u32 size, u32 alignment) {
  void *block = malloc(size + 1);
  expect(block != 0);
  return block;
}
#else
extern u8 __heap_base;
static u32 arena_top;

// Bump allocation: a request is short, so only loops give memory back, with `arena_mark` and `arena_release`.
static inline u32 arena_mark(void) {
  return arena_top ? arena_top : (arena_top = (u32)&__heap_base);
}

static inline void arena_release(u32 mark) { arena_top = mark; }

static inline void *arena_allocate(u32 size, u32 alignment) {
  u32 start = (arena_mark() + alignment - 1) & ~(alignment - 1);
  u32 end = start + size;
  u32 have = __builtin_wasm_memory_size(0) * KIB(64);
  expect(end >= start);
  if (end > have) expect(__builtin_wasm_memory_grow(0, (end - have + KIB(64) - 1) / KIB(64)) != (unsigned long)-1);
  arena_top = end;
  return (void *)start;
}
#endif

EXPORT("cabi_realloc") void *cabi_realloc(void *old, u32 old_size, u32 alignment, u32 size) {
  void *block = arena_allocate(size, alignment);
  if (old_size) __builtin_memcpy(block, old, old_size < size ? old_size : size);
  return block;
}

// Text.
static inline int bytes_equal(bytes a, bytes b) {
  if (a.length != b.length) return 0;
  for (u32 i = 0; i < a.length; i++)
    if (a.data[i] != b.data[i]) return 0;
  return 1;
}

static inline int starts_with(bytes text, bytes prefix) {
  return text.length >= prefix.length && bytes_equal((bytes){text.data, prefix.length}, prefix);
}

static inline bytes from(bytes text, u32 start) { return (bytes){text.data + start, text.length - start}; }

static inline u32 index_of(bytes text, u8 c) {
  u32 i = 0;
  while (i < text.length && text.data[i] != c) i++;
  return i;
}

static inline u64 parse_number(bytes text, u64 otherwise) {
  u64 n = 0;
  if (!text.length || text.data[0] < '0' || text.data[0] > '9') return otherwise;
  for (u32 i = 0; i < text.length && text.data[i] >= '0' && text.data[i] <= '9'; i++) n = n * 10 + (text.data[i] - '0');
  return n;
}

// A growing text, in the arena; nothing else may allocate between two appends unless it was given enough capacity.
typedef struct { u8 *data; u32 length, capacity; } builder;

static inline builder builder_new(u32 capacity) { return (builder){arena_allocate(capacity, 1), 0, capacity}; }

static inline void append(builder *b, bytes text) {
  if (b->length + text.length > b->capacity) {
    u32 capacity = (b->capacity + text.length) * 2;
    b->data = cabi_realloc(b->data, b->length, 1, capacity);
    b->capacity = capacity;
  }
  if (text.length) __builtin_memcpy(b->data + b->length, text.data, text.length);
  b->length += text.length;
}

static inline void append_number(builder *b, u64 n) {
  u8 digits[20];
  u32 i = sizeof digits;
  do digits[--i] = '0' + n % 10; while (n /= 10);
  append(b, (bytes){digits + i, sizeof digits - i});
}

static inline bytes built(builder *b) { return (bytes){b->data, b->length}; }

// Requests.
static inline bytes request_target(handle request) {
  option_string target;
  incoming_request_path_with_query(request, &target);
  return target.is_some ? target.value : TEXT("/");
}

static inline bytes path_of(bytes target) { return (bytes){target.data, index_of(target, '?')}; }

// The raw value of `name` in the query; `is_some` is 0 where it is absent.
static inline option_string query(bytes target, bytes name) {
  u32 start = index_of(target, '?') + 1;
  while (start < target.length) {
    bytes rest = from(target, start);
    bytes pair = {rest.data, index_of(rest, '&')};
    if (starts_with(pair, name) && pair.length > name.length && pair.data[name.length] == '=')
      return (option_string){1, from(pair, name.length + 1)};
    start += pair.length + 1;
  }
  return (option_string){0};
}

static inline u64 query_number(bytes target, bytes name, u64 otherwise) {
  return parse_number(query(target, name).value, otherwise);
}

static inline option_string header(handle fields, bytes name) {
  bytes_list values;
  fields_get(fields, (char *)name.data, name.length, &values);
  return values.length ? (option_string){1, values.items[0]} : (option_string){0};
}

static const char *const method_names[] = {"GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"};

static inline bytes c_text(const char *text) {
  u32 length = 0;
  while (text[length]) length++;
  return (bytes){(u8 *)text, length};
}

static inline bytes method_name(http_method method) {
  return method.tag < sizeof method_names / sizeof *method_names ? c_text(method_names[method.tag]) : method.other;
}

// Bodies. A body is open while its stream is: `input` and `output` hold both handles.
typedef struct { handle body, stream; } input;
typedef struct { handle body, stream; } output;

static inline handle expect_handle(result_handle result) {
  expect(!result.is_error);
  return result.value;
}

static inline input open_body(handle incoming_body) {
  result_handle stream;
  incoming_body_stream(incoming_body, &stream);
  return (input){incoming_body, expect_handle(stream)};
}

static inline input request_input(handle request) {
  result_handle body;
  incoming_request_consume(request, &body);
  return open_body(expect_handle(body));
}

// Up to `limit` bytes; 0 at the end. The data lives in the arena.
static inline u32 read_some(input in, u32 limit, bytes *chunk) {
  result_read read;
  do {
    input_stream_blocking_read(in.stream, limit, &read);
    if (read.is_error) {
      expect(read.error.tag == STREAM_CLOSED);
      return 0;
    }
  } while (!read.value.length);
  *chunk = read.value;
  return chunk->length;
}

static inline bytes read_all(input in) {
  builder all = builder_new(KIB(4));
  bytes chunk;
  while (read_some(in, KIB(64), &chunk)) append(&all, chunk);
  return built(&all);
}

static inline void close_input(input in) {
  input_stream_drop(in.stream);
  incoming_body_drop(in.body);
}

static inline void block_on(handle pollable) {
  pollable_block(pollable);
  pollable_drop(pollable);
}

static inline void sleep_for(u64 milliseconds) {
  block_on(monotonic_clock_subscribe_duration(milliseconds * 1000000));
}

// Writes as much as the host permits, waiting whenever it permits nothing.
static inline void write_all(handle stream, bytes data) {
  while (data.length) {
    result_count permit;
    result_write written;
    output_stream_check_write(stream, &permit);
    expect(!permit.is_error);
    if (!permit.value) {
      block_on(output_stream_subscribe(stream));
      continue;
    }
    u32 count = permit.value < data.length ? (u32)permit.value : data.length;
    output_stream_write(stream, data.data, count, &written);
    expect(!written.is_error);
    data = from(data, count);
  }
}

static inline void write_and_flush(handle stream, bytes data) {
  result_write written;
  output_stream_blocking_write_and_flush(stream, data.data, data.length, &written);
  expect(!written.is_error);
}

static inline void blocking_flush(handle stream) {
  result_write flushed;
  output_stream_blocking_flush(stream, &flushed);
  expect(!flushed.is_error);
}

static inline void finish_output(output out) {
  result_http finished;
  blocking_flush(out.stream);
  output_stream_drop(out.stream);
  outgoing_body_finish(out.body, 0, 0, &finished);
  expect(!finished.is_error);
}

// Responses.
static inline void add_header(handle fields, bytes name, bytes value) {
  result_header result;
  fields_append(fields, (char *)name.data, name.length, value.data, value.length, &result);
  expect(!result.is_error);
}

static inline handle content_type(bytes type) {
  handle fields = fields_new();
  add_header(fields, TEXT("content-type"), type);
  return fields;
}

static inline output open_output(handle outgoing_body) {
  result_handle stream;
  outgoing_body_write(outgoing_body, &stream);
  return (output){outgoing_body, expect_handle(stream)};
}

static inline output response_output(handle response) {
  result_handle body;
  outgoing_response_body(response, &body);
  return open_output(expect_handle(body));
}

static inline void set_response(handle out, handle response) { response_outparam_set(out, 0, response, 0, 0, 0, 0, 0, 0); }

// Sends the head; the caller writes the body and finishes it.
static inline output begin_response(handle out, u32 status, handle headers) {
  handle response = outgoing_response_new(headers);
  expect(!outgoing_response_set_status_code(response, status));
  output body = response_output(response);
  set_response(out, response);
  return body;
}

static inline void respond(handle out, u32 status, bytes text) {
  output body = begin_response(out, status, content_type(TEXT("text/plain")));
  write_all(body.stream, text);
  finish_output(body);
}

#ifndef GUEST_WITHOUT_HTTP
static void handle_request(handle request, handle out);

EXPORT("wasi:http/incoming-handler@" WASI_VERSION "#handle") void incoming_handler_handle(handle request, handle out) {
  handle_request(request, out);
}
#endif

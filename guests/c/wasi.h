// Imports of WASI 0.2 as core functions: each declaration is the canonical ABI's flattening of a WIT function.
// `componentEmbed` checks every signature used against the standard's WIT, so a slip here fails the build.
#pragma once

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;
typedef u32 handle;

#define IMPORT(module, name) __attribute__((import_module(module), import_name(name))) extern
#define EXPORT(name) __attribute__((export_name(name)))

#ifndef WASI_VERSION
#define WASI_VERSION "0.2.3"
#endif

#define IO_ERROR "wasi:io/error@" WASI_VERSION
#define IO_POLL "wasi:io/poll@" WASI_VERSION
#define IO_STREAMS "wasi:io/streams@" WASI_VERSION
#define MONOTONIC_CLOCK "wasi:clocks/monotonic-clock@" WASI_VERSION
#define WALL_CLOCK "wasi:clocks/wall-clock@" WASI_VERSION
#define RANDOM "wasi:random/random@" WASI_VERSION
#define ENVIRONMENT "wasi:cli/environment@" WASI_VERSION
#define HTTP_TYPES "wasi:http/types@" WASI_VERSION
#define OUTGOING_HANDLER "wasi:http/outgoing-handler@" WASI_VERSION

// What functions write into their return area.
typedef struct { u8 *data; u32 length; } bytes;
typedef struct { u8 is_some; bytes value; } option_string;
typedef struct { u8 is_error; handle value; } result_handle;
typedef struct { u8 is_error, error; } result_header;
typedef struct { u8 tag; bytes other; } http_method;
typedef struct { u8 is_some; struct { u8 tag; bytes other; } value; } option_scheme;
typedef struct { bytes name, value; } field;
typedef struct { field *items; u32 length; } field_list;
typedef struct { bytes *items; u32 length; } bytes_list;
typedef struct { u32 *items; u32 length; } index_list;
typedef struct { u64 seconds; u32 nanoseconds; } datetime;

enum { STREAM_LAST_OPERATION_FAILED, STREAM_CLOSED };
typedef struct { u8 tag; handle error; } stream_error;
typedef struct { u8 is_error; union { bytes value; stream_error error; }; } result_read;
typedef struct { u8 is_error; union { u64 value; stream_error error; }; } result_count;
typedef struct { u8 is_error; stream_error error; } result_write;

// error-code: a tag, then a payload of at most 24 bytes aligned to 8.
typedef struct { u8 tag; u64 payload[3]; } error_code;
typedef struct { u8 is_error; union { handle value; error_code error; }; } result_http;
typedef struct { u8 is_some; struct { u8 is_error; result_http value; } value; } option_http;
// future-trailers.get: option<result<result<option<trailers>, error-code>>>.
typedef struct { u8 is_error; union { struct { u8 is_some; handle fields; } value; error_code error; }; } result_trailers;
typedef struct { u8 is_some; struct { u8 is_error; result_trailers value; } value; } option_trailers;

_Static_assert(sizeof(error_code) == 32 && sizeof(option_http) == 56 && sizeof(option_trailers) == 56, "canonical layout");

// wasi:io
IMPORT(IO_POLL, "[method]pollable.ready") u32 pollable_ready(handle self);
IMPORT(IO_POLL, "[method]pollable.block") void pollable_block(handle self);
IMPORT(IO_POLL, "[resource-drop]pollable") void pollable_drop(handle self);
IMPORT(IO_POLL, "poll") void poll(const handle *items, u32 length, index_list *result);

IMPORT(IO_ERROR, "[method]error.to-debug-string") void error_to_debug_string(handle self, bytes *result);
IMPORT(IO_ERROR, "[resource-drop]error") void error_drop(handle self);

IMPORT(IO_STREAMS, "[method]input-stream.read") void input_stream_read(handle self, u64 length, result_read *result);
IMPORT(IO_STREAMS, "[method]input-stream.blocking-read") void input_stream_blocking_read(handle self, u64 length, result_read *result);
IMPORT(IO_STREAMS, "[method]input-stream.skip") void input_stream_skip(handle self, u64 length, result_count *result);
IMPORT(IO_STREAMS, "[method]input-stream.blocking-skip") void input_stream_blocking_skip(handle self, u64 length, result_count *result);
IMPORT(IO_STREAMS, "[method]input-stream.subscribe") handle input_stream_subscribe(handle self);
IMPORT(IO_STREAMS, "[resource-drop]input-stream") void input_stream_drop(handle self);

IMPORT(IO_STREAMS, "[method]output-stream.check-write") void output_stream_check_write(handle self, result_count *result);
IMPORT(IO_STREAMS, "[method]output-stream.write") void output_stream_write(handle self, const void *data, u32 length, result_write *result);
IMPORT(IO_STREAMS, "[method]output-stream.blocking-write-and-flush") void output_stream_blocking_write_and_flush(handle self, const void *data, u32 length, result_write *result);
IMPORT(IO_STREAMS, "[method]output-stream.flush") void output_stream_flush(handle self, result_write *result);
IMPORT(IO_STREAMS, "[method]output-stream.blocking-flush") void output_stream_blocking_flush(handle self, result_write *result);
IMPORT(IO_STREAMS, "[method]output-stream.write-zeroes") void output_stream_write_zeroes(handle self, u64 length, result_write *result);
IMPORT(IO_STREAMS, "[method]output-stream.splice") void output_stream_splice(handle self, handle source, u64 length, result_count *result);
IMPORT(IO_STREAMS, "[method]output-stream.blocking-splice") void output_stream_blocking_splice(handle self, handle source, u64 length, result_count *result);
IMPORT(IO_STREAMS, "[method]output-stream.subscribe") handle output_stream_subscribe(handle self);
IMPORT(IO_STREAMS, "[resource-drop]output-stream") void output_stream_drop(handle self);

// wasi:clocks, wasi:random, wasi:cli
IMPORT(MONOTONIC_CLOCK, "now") u64 monotonic_clock_now(void);
IMPORT(MONOTONIC_CLOCK, "subscribe-duration") handle monotonic_clock_subscribe_duration(u64 nanoseconds);
IMPORT(WALL_CLOCK, "now") void wall_clock_now(datetime *result);
IMPORT(RANDOM, "get-random-bytes") void random_get_bytes(u64 length, bytes *result);
IMPORT(RANDOM, "get-random-u64") u64 random_get_u64(void);
IMPORT(ENVIRONMENT, "get-environment") void environment_get_environment(field_list *result);
IMPORT(ENVIRONMENT, "get-arguments") void environment_get_arguments(bytes_list *result);
IMPORT(ENVIRONMENT, "initial-cwd") void environment_initial_cwd(option_string *result);
IMPORT("wasi:cli/stdin@" WASI_VERSION, "get-stdin") handle stdin_get(void);
IMPORT("wasi:cli/stdout@" WASI_VERSION, "get-stdout") handle stdout_get(void);
IMPORT("wasi:cli/stderr@" WASI_VERSION, "get-stderr") handle stderr_get(void);
IMPORT("wasi:cli/exit@" WASI_VERSION, "exit") void cli_exit(u32 is_error);

// wasi:http/types
IMPORT(HTTP_TYPES, "[constructor]fields") handle fields_new(void);
IMPORT(HTTP_TYPES, "[method]fields.get") void fields_get(handle self, const char *name, u32 name_length, bytes_list *result);
IMPORT(HTTP_TYPES, "[method]fields.append") void fields_append(handle self, const char *name, u32 name_length, const void *value, u32 value_length, result_header *result);
IMPORT(HTTP_TYPES, "[method]fields.entries") void fields_entries(handle self, field_list *result);
IMPORT(HTTP_TYPES, "[method]fields.clone") handle fields_clone(handle self);
IMPORT(HTTP_TYPES, "[resource-drop]fields") void fields_drop(handle self);

IMPORT(HTTP_TYPES, "[method]incoming-request.method") void incoming_request_method(handle self, http_method *result);
IMPORT(HTTP_TYPES, "[method]incoming-request.path-with-query") void incoming_request_path_with_query(handle self, option_string *result);
IMPORT(HTTP_TYPES, "[method]incoming-request.scheme") void incoming_request_scheme(handle self, option_scheme *result);
IMPORT(HTTP_TYPES, "[method]incoming-request.authority") void incoming_request_authority(handle self, option_string *result);
IMPORT(HTTP_TYPES, "[method]incoming-request.headers") handle incoming_request_headers(handle self);
IMPORT(HTTP_TYPES, "[method]incoming-request.consume") void incoming_request_consume(handle self, result_handle *result);
IMPORT(HTTP_TYPES, "[resource-drop]incoming-request") void incoming_request_drop(handle self);

IMPORT(HTTP_TYPES, "[method]incoming-body.stream") void incoming_body_stream(handle self, result_handle *result);
IMPORT(HTTP_TYPES, "[static]incoming-body.finish") handle incoming_body_finish(handle self);
IMPORT(HTTP_TYPES, "[resource-drop]incoming-body") void incoming_body_drop(handle self);
IMPORT(HTTP_TYPES, "[method]future-trailers.subscribe") handle future_trailers_subscribe(handle self);
IMPORT(HTTP_TYPES, "[method]future-trailers.get") void future_trailers_get(handle self, option_trailers *result);
IMPORT(HTTP_TYPES, "[resource-drop]future-trailers") void future_trailers_drop(handle self);

IMPORT(HTTP_TYPES, "[constructor]outgoing-request") handle outgoing_request_new(handle headers);
IMPORT(HTTP_TYPES, "[method]outgoing-request.body") void outgoing_request_body(handle self, result_handle *result);
IMPORT(HTTP_TYPES, "[method]outgoing-request.set-method") u32 outgoing_request_set_method(handle self, u32 tag, const void *other, u32 length);
IMPORT(HTTP_TYPES, "[method]outgoing-request.set-path-with-query") u32 outgoing_request_set_path_with_query(handle self, u32 is_some, const void *value, u32 length);
IMPORT(HTTP_TYPES, "[method]outgoing-request.set-scheme") u32 outgoing_request_set_scheme(handle self, u32 is_some, u32 tag, const void *other, u32 length);
IMPORT(HTTP_TYPES, "[method]outgoing-request.set-authority") u32 outgoing_request_set_authority(handle self, u32 is_some, const void *value, u32 length);
IMPORT(HTTP_TYPES, "[resource-drop]outgoing-request") void outgoing_request_drop(handle self);

IMPORT(HTTP_TYPES, "[constructor]request-options") handle request_options_new(void);
IMPORT(HTTP_TYPES, "[method]request-options.set-connect-timeout") u32 request_options_set_connect_timeout(handle self, u32 is_some, u64 nanoseconds);
IMPORT(HTTP_TYPES, "[method]request-options.set-first-byte-timeout") u32 request_options_set_first_byte_timeout(handle self, u32 is_some, u64 nanoseconds);
IMPORT(HTTP_TYPES, "[method]request-options.set-between-bytes-timeout") u32 request_options_set_between_bytes_timeout(handle self, u32 is_some, u64 nanoseconds);

IMPORT(OUTGOING_HANDLER, "handle") void outgoing_handler_handle(handle request, u32 has_options, handle options, result_http *result);
IMPORT(HTTP_TYPES, "[method]future-incoming-response.subscribe") handle future_incoming_response_subscribe(handle self);
IMPORT(HTTP_TYPES, "[method]future-incoming-response.get") void future_incoming_response_get(handle self, option_http *result);
IMPORT(HTTP_TYPES, "[resource-drop]future-incoming-response") void future_incoming_response_drop(handle self);
IMPORT(HTTP_TYPES, "[method]incoming-response.status") u32 incoming_response_status(handle self);
IMPORT(HTTP_TYPES, "[method]incoming-response.headers") handle incoming_response_headers(handle self);
IMPORT(HTTP_TYPES, "[method]incoming-response.consume") void incoming_response_consume(handle self, result_handle *result);
IMPORT(HTTP_TYPES, "[resource-drop]incoming-response") void incoming_response_drop(handle self);

IMPORT(HTTP_TYPES, "[constructor]outgoing-response") handle outgoing_response_new(handle headers);
IMPORT(HTTP_TYPES, "[method]outgoing-response.set-status-code") u32 outgoing_response_set_status_code(handle self, u32 status);
IMPORT(HTTP_TYPES, "[method]outgoing-response.body") void outgoing_response_body(handle self, result_handle *result);
IMPORT(HTTP_TYPES, "[method]outgoing-body.write") void outgoing_body_write(handle self, result_handle *result);
IMPORT(HTTP_TYPES, "[static]outgoing-body.finish") void outgoing_body_finish(handle self, u32 has_trailers, handle trailers, result_http *result);
IMPORT(HTTP_TYPES, "[resource-drop]outgoing-body") void outgoing_body_drop(handle self);
// The first word after the tag is the response or the error-code's tag; the rest is the error's payload, joined.
IMPORT(HTTP_TYPES, "[static]response-outparam.set") void response_outparam_set(handle self, u32 is_error, u32 value, u32 p0, u64 p1, u32 p2, u32 p3, u32 p4, u32 p5);
IMPORT(HTTP_TYPES, "[resource-drop]response-outparam") void response_outparam_drop(handle self);

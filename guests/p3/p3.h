// WASI 0.3 by hand: imports as core functions, and tasks that say what they wait for. `componentEmbed` checks each signature used against the WIT.
#pragma once

typedef unsigned char u8;
typedef unsigned int u32;
typedef unsigned long long u64;
typedef u32 handle;
typedef struct { u8 *data; u32 length; } bytes;

#define IMPORT(module, name) __attribute__((import_module(module), import_name(name))) extern
#define EXPORT(name) __attribute__((export_name(name)))
#define TEXT(literal) ((bytes){(u8 *)(literal), sizeof(literal) - 1})

#define TYPES "wasi:http/types@0.3.0"
#define HANDLER "wasi:http/handler@0.3.0"
#define CLIENT "wasi:http/client@0.3.0"
#define CLOCK "wasi:clocks/monotonic-clock@0.3.0"

// Layouts of what functions write into memory.
typedef struct { u8 is_some; bytes value; } option_string;
typedef struct { handle first, second; } pair;
typedef struct { u8 tag; u64 payload[3]; } error_code;
typedef struct { u8 is_error; union { handle value; error_code error; }; } result_response;
typedef struct { u8 is_error; union { struct { u8 is_some; handle fields; } value; error_code error; }; } result_trailers;
_Static_assert(sizeof(result_response) == 40 && sizeof(result_trailers) == 40, "canonical layout");

// Codes (CanonicalABI.md, "Waitable State").
enum { BLOCKED = 0xFFFFFFFF, COMPLETED = 0, DROPPED = 1, CANCELLED = 2, RETURNED = 2 };
enum { EXIT = 0, YIELD = 1, WAIT = 2 };
enum { TASK_CANCELLED = 6 };

IMPORT("[export]" HANDLER, "[task-return]handle") void task_return(u32 is_error, u32 value, u32 p0, u64 p1, u32 p2, u32 p3, u32 p4, u32 p5);
IMPORT("$root", "[context-get-0]") u32 context_get(void);
IMPORT("$root", "[context-set-0]") void context_set(u32 value);
IMPORT("$root", "[waitable-set-new]") handle set_new(void);
IMPORT("$root", "[waitable-set-drop]") void set_drop(handle set);
IMPORT("$root", "[waitable-join]") void join(handle waitable, handle set);
IMPORT("$root", "[subtask-drop]") void subtask_drop(handle subtask);
IMPORT("$root", "[subtask-cancel]") u32 subtask_cancel(handle subtask);
IMPORT("$root", "[backpressure-inc]") void backpressure_inc(void);
IMPORT("$root", "[backpressure-dec]") void backpressure_dec(void);

IMPORT(TYPES, "[resource-drop]request") void request_drop(handle self);
IMPORT(TYPES, "[resource-drop]fields") void fields_drop(handle self);
IMPORT(TYPES, "[constructor]fields") handle fields_new(void);
IMPORT(TYPES, "[method]fields.append") void fields_append(handle self, const u8 *name, u32 name_length, const u8 *value, u32 length, void *result);
IMPORT(TYPES, "[method]fields.clone") handle fields_clone(handle self);
IMPORT(TYPES, "[method]request.get-path-with-query") void request_target(handle self, option_string *result);
IMPORT(TYPES, "[method]request.set-path-with-query") u32 request_set_target(handle self, u32 is_some, const u8 *data, u32 length);
IMPORT(TYPES, "[method]request.set-scheme") u32 request_set_scheme(handle self, u32 is_some, u32 tag, const u8 *data, u32 length);
IMPORT(TYPES, "[method]request.set-authority") u32 request_set_authority(handle self, u32 is_some, const u8 *data, u32 length);
IMPORT(TYPES, "[method]response.get-headers") handle response_headers(handle self);
IMPORT(TYPES, "[method]response.get-status-code") u32 response_status(handle self);
IMPORT(TYPES, "[method]response.set-status-code") u32 response_set_status(handle self, u32 status);
IMPORT(TYPES, "[static]request.new") void request_new(handle headers, u32 has_body, handle body, handle trailers, u32 has_options, handle options, pair *result);
IMPORT(TYPES, "[static]response.new") void response_new(handle headers, u32 has_body, handle body, handle trailers, pair *result);
IMPORT(TYPES, "[static]request.consume-body") void request_consume(handle self, handle result_future, pair *result);
IMPORT(TYPES, "[static]response.consume-body") void response_consume(handle self, handle result_future, pair *result);

// Streams and futures, by the function whose type they stand in.
IMPORT(TYPES, "[stream-new-0][static]response.new") u64 body_new(void);
IMPORT(TYPES, "[async-lower][stream-read-0][static]response.new") u32 body_read(handle end, void *data, u32 length);
IMPORT(TYPES, "[async-lower][stream-write-0][static]response.new") u32 body_write(handle end, const void *data, u32 length);
IMPORT(TYPES, "[stream-drop-readable-0][static]response.new") void body_drop_readable(handle end);
IMPORT(TYPES, "[stream-drop-writable-0][static]response.new") void body_drop_writable(handle end);
IMPORT(TYPES, "[future-new-1][static]response.new") u64 trailers_new(void);
IMPORT(TYPES, "[async-lower][future-read-1][static]response.new") u32 trailers_read(handle end, result_trailers *value);
IMPORT(TYPES, "[async-lower][future-write-1][static]response.new") u32 trailers_write(handle end, const result_trailers *value);
IMPORT(TYPES, "[future-drop-readable-1][static]response.new") void trailers_drop_readable(handle end);
IMPORT(TYPES, "[future-drop-writable-1][static]response.new") void trailers_drop_writable(handle end);
IMPORT(TYPES, "[future-new-2][static]response.new") u64 sent_new(void);
IMPORT(TYPES, "[async-lower][future-write-2][static]response.new") u32 sent_write(handle end, const result_trailers *value);
IMPORT(TYPES, "[future-drop-readable-2][static]response.new") void sent_drop_readable(handle end);
IMPORT(TYPES, "[future-drop-writable-2][static]response.new") void sent_drop_writable(handle end);

IMPORT(CLOCK, "[async-lower]wait-for") u32 wait_for(u64 nanoseconds);
IMPORT(CLIENT, "[async-lower]send") u32 client_send(handle request, result_response *result);
IMPORT(HANDLER, "[async-lower]handle") u32 next_handle(handle request, result_response *result);

static inline void expect(int condition) {
  if (!condition) __builtin_trap();
}

extern u8 __heap_base;
static u32 arena_top;

// What is given back is the last: a task that ends alone leaves nothing.
static void *allocate(u32 size, u32 alignment) {
  if (!arena_top) arena_top = (u32)&__heap_base;
  u32 start = (arena_top + alignment - 1) & ~(alignment - 1);
  u32 end = start + size, have = __builtin_wasm_memory_size(0) << 16;
  expect(end >= start);
  if (end > have) expect(__builtin_wasm_memory_grow(0, (end - have + 65535) >> 16) != (unsigned long)-1);
  arena_top = end;
  return (void *)start;
}

#ifndef OWN_REALLOC
EXPORT("cabi_realloc") void *cabi_realloc(void *old, u32 old_size, u32 alignment, u32 size) {
  void *block = allocate(size, alignment);
  if (old_size) __builtin_memcpy(block, old, old_size < size ? old_size : size);
  return block;
}
#endif

// One request. A guest's `run` is called from where it last waited: between AWAIT and what follows nothing but the task's own fields lasts.
typedef struct {
  u32 at, set, payload, code, subtask, mark, length, done;
  handle request, in, in_trailers, out, out_trailers, response, sent;
  u8 *buffer;
  result_response answer;
  result_trailers trailers;
} task;

#ifndef OWN_HANDLE
static u32 run(task *t);

#ifndef OWN_FINISH
static u32 finish(task *t) {
  set_drop(t->set);
  arena_top = t->mark;
  return EXIT;
}
#else
static u32 finish(task *t);
#endif

#ifdef OWN_CANCEL
static u32 cancel(task *t);
#endif

#ifdef OWN_EVENT
static void arrived(handle waitable);
#endif

EXPORT("[async-lift]" HANDLER "#handle") u32 handle_request(handle request) {
  u32 mark = arena_top;
  task *t = allocate(sizeof(task), 8);
  __builtin_memset(t, 0, sizeof(task));
  t->mark = mark;
  t->request = request;
  t->set = set_new();
  context_set((u32)t);
  return run(t);
}

EXPORT("[callback][async-lift]" HANDLER "#handle") u32 handle_event(u32 event, handle waitable, u32 payload) {
  task *t = (task *)context_get();
  t->payload = payload;
#ifdef OWN_EVENT
  arrived(waitable);
#endif
#ifdef OWN_CANCEL
  if (event == TASK_CANCELLED) return cancel(t);
#endif
  return run(t);
}
#endif

#define BEGIN(t) switch ((t)->at) { case 0:
#define END(t) } return finish(t);

// A read or a write: `t->code` is what it came to.
#define COPY(t, end, call) COPY_AT(t, end, call, __COUNTER__ + 1)
#define COPY_AT(t, end, call, place) \
  (t)->code = (call); \
  if ((t)->code == BLOCKED) { \
    join(end, (t)->set); \
    (t)->at = place; \
    return (t)->set << 4 | WAIT; \
  case place: \
    join(end, 0); \
    (t)->code = (t)->payload; \
  }

// A call of an async function, to its end.
#define CALL(t, call) CALL_AT(t, call, __COUNTER__ + 1)
#define CALL_AT(t, call, place) \
  (t)->code = (call); \
  if (((t)->code & 15) != RETURNED) { \
    (t)->subtask = (t)->code >> 4; \
    join((t)->subtask, (t)->set); \
    (t)->at = place; \
  case place: \
    if ((t)->payload != RETURNED) { \
      (t)->payload = RETURNED; \
      return (t)->set << 4 | WAIT; \
    } \
    (t)->payload = 0; \
    join((t)->subtask, 0); \
    subtask_drop((t)->subtask); \
  }

static inline void begin_response(task *t, handle headers, u32 status) {
  u64 body = body_new(), trailers = trailers_new();
  pair made;
  t->out = body >> 32;
  t->out_trailers = trailers >> 32;
  response_new(headers, 1, (handle)body, (handle)trailers, &made);
  response_set_status(made.first, status);
  sent_drop_readable(made.second);
  task_return(0, made.first, 0, 0, 0, 0, 0, 0);
}

// Says that a body which this task reads was taken: the future that `consume-body` wants.
static inline handle taken(task *t) {
  u64 ends = sent_new();
  t->sent = ends >> 32;
  return (handle)ends;
}

static inline u64 query_number(handle request, u32 otherwise) {
  option_string target;
  request_target(request, &target);
  u32 i = 0;
  while (i < target.value.length && target.value.data[i] != '=') i++;
  if (!target.is_some || ++i >= target.value.length) return otherwise;
  u64 number = 0;
  for (; i < target.value.length && target.value.data[i] >= '0' && target.value.data[i] <= '9'; i++) number = number * 10 + (target.value.data[i] - '0');
  return number;
}

// A whole answer; `run` of most guests ends with it.
#define ANSWER(t, status, text) \
  begin_response(t, fields_new(), status); \
  while ((t)->length < (text).length) { \
    COPY(t, (t)->out, body_write((t)->out, (text).data + (t)->length, (text).length - (t)->length)) \
    if (((t)->code & 15) != COMPLETED) break; \
    (t)->length += (t)->code >> 4; \
  } \
  body_drop_writable((t)->out); \
  COPY(t, (t)->out_trailers, trailers_write((t)->out_trailers, &(t)->trailers)) \
  trailers_drop_writable((t)->out_trailers);

// `/WAY`: one of the ways in which a task, its streams or its host calls can be misused. What should come of each stands in the test.
#define OWN_REALLOC
#include "p3.h"

IMPORT("$root", "[waitable-set-poll]") u32 set_poll(handle set, u32 *event);
IMPORT("[export]$root", "[task-cancel]") void task_cancel(void);
IMPORT(TYPES, "[stream-cancel-read-0][static]response.new") u32 body_cancel_read(handle end);
IMPORT(TYPES, "[stream-cancel-write-0][static]response.new") u32 body_cancel_write(handle end);

static u32 misbehave; // what `cabi_realloc` does: 1 traps, 2 calls a built-in, 3 takes all memory, 4 looks for the context of the task
static u32 found;

EXPORT("cabi_realloc") void *cabi_realloc(void *old, u32 old_size, u32 alignment, u32 size) {
  if (misbehave == 1) __builtin_trap();
  if (misbehave == 2) set_new();
  if (misbehave == 3) while (__builtin_wasm_memory_grow(0, 1) != (unsigned long)-1) {}
  if (misbehave == 4) { found |= context_get(); context_set(1); }
  return allocate(size, alignment);
}

static int is(bytes path, const char *way) {
  u32 i = 0;
  for (; way[i]; i++)
    if (i + 1 >= path.length || path.data[i + 1] != (u8)way[i]) return 0;
  return i + 1 == path.length;
}

static u32 wait_on(handle set) { return set << 4 | WAIT; }

static handle respond_with(task *t, const char *length) {
  handle headers = fields_new();
  u8 appended[24];
  u32 digits = 0;
  while (length && length[digits]) digits++;
  if (length) fields_append(headers, (u8 *)"content-length", 14, (u8 *)length, digits, appended);
  begin_response(t, headers, 200);
  return t->out;
}

static u8 piece[65536];

static u32 send_for_nothing(task *t) {
  pair sending;
  request_new(fields_new(), 0, 0, (handle)trailers_new(), 0, 0, &sending);
  request_set_scheme(sending.first, 1, 0, 0, 0);
  request_set_authority(sending.first, 1, (u8 *)"server.test", 11);
  sent_drop_readable(sending.second);
  return client_send(sending.first, &t->answer);
}

// The way is looked for at each event; `t->length` counts them.
static u32 run(task *t) {
  static option_string target;
  u32 turn = t->length++;
  if (turn == 0) request_target(t->request, &target);
  bytes way = target.value;

  // The task itself.
  if (is(way, "yield")) return YIELD;
  if (is(way, "empty-set")) return wait_on(t->set);
  if (is(way, "dropped-set")) { set_drop(t->set); return wait_on(t->set); }
  if (is(way, "no-set")) return WAIT;
  if (is(way, "far-set")) return wait_on(0x0FFFFFFF);
  if (is(way, "code-3")) return 3;
  if (is(way, "code-15")) return 15;
  if (is(way, "exit")) return EXIT;
  if (is(way, "return-twice")) { respond_with(t, 0); task_return(1, 0, 0, 0, 0, 0, 0, 0); }
  if (is(way, "cancel-uninvited")) task_cancel();
  if (is(way, "backpressure")) for (;;) backpressure_inc();
  if (is(way, "release")) backpressure_dec();

  // Numbers without end.
  if (is(way, "streams")) for (;;) body_new();
  if (is(way, "futures")) for (;;) trailers_new();
  if (is(way, "sets")) for (;;) set_new();
  if (is(way, "timers")) for (;;) wait_for(1000000000000);
  if (is(way, "sends")) {
    // Requests whose answers nobody waits for.
    for (;;) send_for_nothing(t);
  }
  if (is(way, "join")) {
    handle end = (handle)body_new(), other = set_new();
    u32 event[2];
    for (u32 i = 0; i < 1000000; i++) { join(end, i & 1 ? t->set : other); set_poll(t->set, event); }
    join(end, 0);
  }

  // Ends of streams.
  u64 ends = body_new();
  handle readable = (handle)ends, writable = ends >> 32;
  if (is(way, "write-far")) body_write(writable, (void *)65536, 0x0FFFFFFF);
  if (is(way, "write-long")) body_write(writable, piece, 0x10000000);
  if (is(way, "read-edge")) body_read(readable, (void *)((__builtin_wasm_memory_size(0) << 16) - 1), 2);
  if (is(way, "read-twice")) { body_read(readable, piece, 1); body_read(readable, piece, 1); }
  if (is(way, "drop-busy")) { body_read(readable, piece, 1); body_drop_readable(readable); }
  if (is(way, "cancel-nothing")) body_cancel_read(readable);
  if (is(way, "cancel-twice")) { body_read(readable, piece, 1); body_cancel_read(readable); body_cancel_read(readable); }
  if (is(way, "cancel-in-set")) { body_read(readable, piece, 1); join(readable, t->set); body_cancel_read(readable); }
  if (is(way, "wrong-end")) body_write(readable, piece, 1);
  if (is(way, "no-handle")) body_read(0x0FFFFFFF, piece, 1);
  if (is(way, "drop-unwritten")) trailers_drop_writable(trailers_new() >> 32);
  if (is(way, "subtask-drop")) { u32 code = wait_for(1000000000000); subtask_drop(code >> 4); }
  if (is(way, "set-with-member")) { join(readable, t->set); set_drop(t->set); }
  pair made;
  if (is(way, "pass-busy")) { body_read(readable, piece, 1); response_new(fields_new(), 1, readable, (handle)trailers_new(), &made); }
  if (is(way, "pass-in-set")) { join(readable, t->set); response_new(fields_new(), 1, readable, (handle)trailers_new(), &made); }
  if (is(way, "pass-writable")) response_new(fields_new(), 1, writable, (handle)trailers_new(), &made);
  if (is(way, "pass-done")) {
    body_drop_writable(writable);
    body_read(readable, piece, 1);
    response_new(fields_new(), 1, readable, (handle)trailers_new(), &made);
  }

  // Memory under the host's hands.
  if (is(way, "realloc-traps")) { misbehave = 1; request_target(t->request, &target); }
  if (is(way, "realloc-leaves")) { misbehave = 2; request_target(t->request, &target); }
  if (is(way, "realloc-takes-all")) { misbehave = 3; request_target(t->request, &target); }
  if (is(way, "realloc-context")) { misbehave = 4; request_target(t->request, &target); expect(!found && context_get() == (u32)t); }
  if (is(way, "cancel-reads")) {
    // A million reads of a body of which only the beginning comes, each taken back.
    request_consume(t->request, (handle)sent_new(), &made);
    for (u32 i = 0; i < 1000000;) {
      if (body_read(made.first, piece, 100) != BLOCKED) continue;
      body_cancel_read(made.first);
      i++;
    }
    body_drop_readable(made.first);
  }
  if (is(way, "cancel-writes")) {
    // The same with writes, for a client that reads nothing.
    respond_with(t, 0);
    for (u32 i = 0; i < 1000000;) {
      if (body_write(t->out, piece, sizeof piece) != BLOCKED) continue;
      body_cancel_write(t->out);
      i++;
    }
    __builtin_trap();
  }
  if (is(way, "grow")) {
    // The host fills a place in memory that grows meanwhile.
    if (turn == 0) {
      request_consume(t->request, (handle)sent_new(), &made);
      t->in = made.first;
      t->code = body_read(t->in, piece, sizeof piece);
      __builtin_wasm_memory_grow(0, 64);
      expect(t->code == BLOCKED);
      join(t->in, t->set);
      return wait_on(t->set);
    }
    expect(t->payload == (4 << 4 | COMPLETED) && *(u32 *)piece == 0x64636261);
  }

  // Bodies.
  if (is(way, "never-ends")) { respond_with(t, 0); body_write(t->out, piece, 10); return EXIT; }
  if (is(way, "never-begins")) return wait_on(t->set);
  if (is(way, "no-trailers")) { respond_with(t, 0); body_drop_writable(t->out); return EXIT; }
  if (is(way, "too-long") || is(way, "endless")) {
    if (turn == 0) respond_with(t, is(way, "endless") ? 0 : "1");
    else join(t->out, 0);
    for (;;) {
      t->code = body_write(t->out, piece, sizeof piece);
      if (t->code == BLOCKED) { join(t->out, t->set); return wait_on(t->set); }
      if ((t->code & 15) != COMPLETED) return EXIT;
    }
  }
  if (is(way, "too-short")) {
    respond_with(t, "10");
    body_write(t->out, piece, 1);
    body_drop_writable(t->out);
    trailers_write(t->out_trailers, &t->trailers);
    return EXIT;
  }
  if (is(way, "after")) {
    // The answer is whole, and the task works on.
    if (turn == 0) {
      respond_with(t, "0");
      body_drop_writable(t->out);
      trailers_write(t->out_trailers, &t->trailers);
      join(wait_for(3600000000000) >> 4, t->set);
    }
    return wait_on(t->set);
  }
  if (is(way, "all-pending")) {
    // A read, a write, a request, a timer and a wait for them all, until the client goes.
    request_consume(t->request, (handle)sent_new(), &made);
    body_read(made.first, piece, sizeof piece);
    join(made.first, t->set);
    respond_with(t, 0);
    do t->code = body_write(t->out, piece, sizeof piece);
    while ((t->code & 15) == COMPLETED && t->code != BLOCKED);
    expect(t->code == BLOCKED);
    join(t->out, t->set);
    join(send_for_nothing(t) >> 4, t->set);
    join(wait_for(3600000000000) >> 4, t->set);
    return wait_on(t->set);
  }
  if (is(way, "both-ends")) {
    // Numbers may go from an instance to itself.
    body_write(writable, piece, sizeof piece);
    expect(body_read(readable, piece, sizeof piece) == (sizeof piece << 4 | COMPLETED));
  }
  respond_with(t, "0");
  body_drop_writable(t->out);
  trailers_write(t->out_trailers, &t->trailers);
  return EXIT;
}

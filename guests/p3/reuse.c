// For instances that serve several requests. What it makes at its start depends on the host and takes 5 ms, so that no instance is like another. Each answer
// tells how many requests the instance has had, or with `/live` how many are in it. `/WAY` is what else a request does.
#define OWN_FINISH
#define OWN_CANCEL
#include "p3.h"

IMPORT(TYPES, "[method]request.get-headers") handle request_headers(handle self);
IMPORT(TYPES, "[method]fields.has") u32 fields_has(handle self, const u8 *name, u32 length);

#define STDOUT "wasi:cli/stdout@0.3.0"

IMPORT("[export]$root", "[task-cancel]") void task_cancel(void);
IMPORT(CLOCK, "now") u64 now(void);
IMPORT(STDOUT, "[stream-new-0]write-via-stream") u64 lines_new(void);
IMPORT(STDOUT, "[async-lower][stream-write-0]write-via-stream") u32 lines_write(handle end, const void *data, u32 length);
IMPORT(STDOUT, "write-via-stream") handle write_via_stream(handle readable);

static u32 requests, live, base, stubborn, met, work;
static handle lines, kept, held;
static u8 answer_text[32];

EXPORT("_initialize") void initialize(void) {
  u64 end = now() + 5000000;
  while (now() < end)
    for (u32 i = 0; i < 10000; i++) work = work * 1664525 + 1013904223;
}

static int is(bytes path, const char *way) {
  u32 i = 0;
  for (; way[i]; i++)
    if (i + 1 >= path.length || path.data[i + 1] != (u8)way[i]) return 0;
  return i + 1 == path.length;
}

// Tasks end in any order; the memory of all is given back with the last.
static u32 finish(task *t) {
  set_drop(t->set);
  if (--live == 0) arena_top = base;
  return EXIT;
}

static void say(bytes line) {
  // One stream for all requests.
  if (!lines) {
    u64 ends = lines_new();
    lines = ends >> 32;
    write_via_stream((handle)ends);
  }
  lines_write(lines, line.data, line.length);
}

static u32 cancel(task *t) {
  if (stubborn) say(TEXT("it is told to stop\n"));
  if (stubborn) return t->set << 4 | WAIT;
  join(t->subtask, 0);
  subtask_cancel(t->subtask);
  subtask_drop(t->subtask);
  request_drop(t->request);
  task_cancel();
  return finish(t);
}

static bytes count(u32 number) {
  u32 length = 0, digits = 1;
  for (u32 rest = number; rest > 9; rest /= 10) digits++;
  for (u32 i = digits; i--; number /= 10) answer_text[i] = '0' + number % 10;
  length = digits;
  answer_text[length++] = '\n';
  return (bytes){answer_text, length};
}

static u32 run(task *t) {
  option_string target;
  bytes way = {0, 0};
  if (t->at == 0) {
    if (live++ == 0) base = t->mark;
    requests++;
    request_target(t->request, &target);
    way = target.value;
    if (is(way, "trap")) __builtin_trap();
    if (is(way, "spin")) for (;;) work++;
    if (is(way, "stubborn")) stubborn = 1;
    if (is(way, "closed")) backpressure_inc();
    if (is(way, "say")) say(TEXT("a line\n"));
    if (is(way, "grow")) expect(__builtin_wasm_memory_grow(0, 160) != (unsigned long)-1);
    if (is(way, "keep")) {
      // A thing of the host that outlives its request, and is used by the next.
      u8 appended[24];
      if (!kept) kept = fields_new();
      fields_append(kept, (u8 *)"x-kept", 6, (u8 *)"1", 1, appended);
    }
    if (is(way, "leave")) for (u32 i = 0; i < 10000; i++) fields_new();
    if (is(way, "held")) {
      // A request that was kept, and is over: whether it has a field that only this one has.
      handle fields = request_headers(held);
      requests = fields_has(fields, (u8 *)"x-secret", 8);
      fields_drop(fields);
    }
    t->done = is(way, "wait") || is(way, "stubborn") ? 1 : is(way, "meet") ? 2 : is(way, "live") ? 3 : 0;
    if (is(way, "hold")) {
      held = t->request;
      t->request = 0;
    }
    if (t->done == 1 || (t->done == 2 && !met)) say(TEXT("it waits\n"));
  }
  BEGIN(t)
  if (t->done == 1) {
    CALL(t, wait_for(3600000000000ull))
  }
  if (t->done == 2 && !met) {
    // The first waits for what the second writes.
    u64 ends = body_new();
    met = ends >> 32;
    t->in = (handle)ends;
    COPY(t, t->in, body_read(t->in, answer_text, 1))
    body_drop_readable(t->in);
  } else if (t->done == 2) {
    body_write(met, answer_text, 1);
    body_drop_writable(met);
    met = 0;
  }
  if (t->request) request_drop(t->request);
  ANSWER(t, 200, count(t->done == 3 ? live : requests))
  END(t)
}

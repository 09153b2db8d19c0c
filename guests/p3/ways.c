// `/WAY?n=N`: what a handler may do besides answering at once: errors of every kind, bodies that end with one, work behind the response, many requests at
// once of which one is enough. What it saw of its bodies goes to the log.
#define OWN_EVENT
#include "p3.h"

#define STDOUT "wasi:cli/stdout@0.3.0"
#define MOST 32

IMPORT(STDOUT, "[stream-new-0]write-via-stream") u64 lines_new(void);
IMPORT(STDOUT, "[async-lower][stream-write-0]write-via-stream") u32 lines_write(handle end, const void *data, u32 length);
IMPORT(STDOUT, "write-via-stream") handle write_via_stream(handle readable);
IMPORT(TYPES, "[method]request.set-method") u32 request_set_method(handle self, u32 tag, const u8 *data, u32 length);
IMPORT(TYPES, "[async-lower][future-read-2][static]response.new") u32 sent_read(handle end, result_trailers *value);

static handle told;

static void arrived(handle waitable) { told = waitable; }

static u32 number, requests, first, cancelled, late, refused;
static handle lines, calls[MOST], ends[MOST];
static result_response answers[MOST];
static result_trailers seen;
static u8 text[128];
static u32 length;

static int is(bytes path, const char *way) {
  u32 i = 0;
  for (; way[i]; i++)
    if (i + 1 >= path.length || path.data[i + 1] != (u8)way[i]) return 0;
  return i + 1 == path.length || path.data[i + 1] == '?' || path.data[i + 1] == '/';
}

static void put(const char *words) {
  while (*words) text[length++] = *words++;
}

static void put_number(u32 value) {
  u32 digits = 1;
  for (u32 rest = value; rest > 9; rest /= 10) digits++;
  for (u32 i = digits; i--; value /= 10) text[length + i] = '0' + value % 10;
  length += digits;
}

static void say(void) {
  text[length++] = '\n';
  if (!lines) {
    u64 made = lines_new();
    lines = made >> 32;
    write_via_stream((handle)made);
  }
  lines_write(lines, text, length);
  length = 0;
}

// What a future of the host's came to.
static void say_result(const char *name, result_trailers *result) {
  put(name);
  if (result->is_error) {
    put(" error ");
    put_number(result->error.tag);
  } else put(" ok");
  say();
}

// The error of a number, each with all of its payload.
static void return_error(u32 code) {
  u32 string = (u32) "why";
  switch (code) {
    case 1: task_return(1, code, 1, string, 3, 1, 5, 0); break;
    case 14: task_return(1, code, 1, 42, 1, string, 3, 0); break;
    case 17: case 28: task_return(1, code, 1, 123456789012, 0, 0, 0, 0); break;
    case 21: case 23: case 26: case 29: task_return(1, code, 1, 77, 0, 0, 0, 0); break;
    case 22: task_return(1, code, 1, 1, string, 3, 1, 9); break;
    case 24: case 27: case 30: task_return(1, code, 1, string, 3, 1, 9, 0); break;
    case 31: case 32: case 38: task_return(1, code, 1, string, 3, 0, 0, 0); break;
    default: task_return(1, code, 0, 0, 0, 0, 0, 0);
  }
}

// As `begin_response`, and what became of the response is kept.
static void begin(task *t) {
  u64 body = body_new(), trailers = trailers_new();
  pair made;
  t->out = body >> 32;
  t->out_trailers = trailers >> 32;
  response_new(fields_new(), 1, (handle)body, (handle)trailers, &made);
  t->sent = made.second;
  task_return(0, made.first, 0, 0, 0, 0, 0, 0);
}

// Asks `/i` of the host that stands behind the way, or sends it a body there.
static u32 ask(bytes way, u32 i, task *sender) {
  u32 start = 1, end;
  u64 trailers = trailers_new(), body = sender ? body_new() : 0;
  pair made;
  while (way.data[start] != '/') start++;
  for (end = ++start; end < way.length && way.data[end] != '?'; end++) {}
  request_new(fields_new(), !!sender, (handle)body, (handle)trailers, 0, 0, &made);
  ends[i] = trailers >> 32;
  if (sender) {
    sender->out = body >> 32;
    sender->sent = made.second;
    expect(!request_set_method(made.first, 2, 0, 0));
  } else sent_drop_readable(made.second);
  put("/");
  put_number(i);
  expect(!request_set_scheme(made.first, 1, 0, 0, 0) && !request_set_authority(made.first, 1, way.data + start, end - start));
  expect(!request_set_target(made.first, 1, text, length));
  length = 0;
  return client_send(made.first, &answers[i]);
}

static u8 piece[65536];

static u32 run(task *t) {
  static option_string target;
  bytes way;
  if (t->at == 0) {
    request_target(t->request, &target);
    number = query_number(t->request, 1);
  }
  way = target.value;
  BEGIN(t)

  if (is(way, "error")) {
    request_drop(t->request);
    return_error(number);
    return finish(t);
  }
  if (is(way, "error-later")) {
    CALL(t, wait_for(1000000))
    return_error(number);
    return finish(t);
  }

  // A body that ends with an error, or with trailers that come later than it.
  if (is(way, "body-error") || is(way, "broken-behind") || is(way, "late-trailers")) {
    begin(t);
    COPY(t, t->out, body_write(t->out, "part", 4))
    body_drop_writable(t->out);
    CALL(t, wait_for(20000000))
    if (!is(way, "late-trailers")) {
      t->trailers.is_error = 1;
      t->trailers.error.tag = number;
    } else {
      u8 appended[24];
      t->trailers.value.is_some = 1;
      t->trailers.value.fields = fields_new();
      fields_append(t->trailers.value.fields, (u8 *)"x-late", 6, (u8 *)"1", 1, appended);
    }
    COPY(t, t->out_trailers, trailers_write(t->out_trailers, &t->trailers))
    trailers_drop_writable(t->out_trailers);
    if (is(way, "broken-behind")) {
      CALL(t, wait_for(3600000000000))
    }
    COPY(t, t->sent, sent_read(t->sent, &seen))
    say_result("sent", &seen);
    return finish(t);
  }

  // The whole response, and then more to do.
  if (is(way, "behind") || is(way, "behind-trap")) {
    begin(t);
    COPY(t, t->out, body_write(t->out, "answer\n", 7))
    body_drop_writable(t->out);
    COPY(t, t->out_trailers, trailers_write(t->out_trailers, &t->trailers))
    trailers_drop_writable(t->out_trailers);
    COPY(t, t->sent, sent_read(t->sent, &seen))
    say_result("sent", &seen);
    CALL(t, wait_for(number * 1000000))
    if (is(way, "behind-trap")) __builtin_trap();
    put("worked on");
    say();
    return finish(t);
  }

  // Writes until nobody takes it.
  if (is(way, "until-gone")) {
    begin(t);
    do {
      COPY(t, t->out, body_write(t->out, piece, sizeof piece))
    } while ((t->code & 15) == COMPLETED);
    body_drop_writable(t->out);
    put("gone");
    say();
    return finish(t);
  }

  // Reads to the end, and tells how the body ended.
  if (is(way, "read")) {
    {
      pair body;
      request_consume(t->request, taken(t), &body);
      t->in = body.first;
      t->in_trailers = body.second;
    }
    do {
      COPY(t, t->in, body_read(t->in, piece, sizeof piece))
    } while ((t->code & 15) == COMPLETED);
    body_drop_readable(t->in);
    COPY(t, t->in_trailers, trailers_read(t->in_trailers, &seen))
    say_result("read", &seen);
    COPY(t, t->sent, sent_write(t->sent, &t->trailers))
    ANSWER(t, 200, TEXT("read\n"))
    return finish(t);
  }

  // No contents: what its trailers are is written later, or never.
  if (is(way, "no-contents") || is(way, "unwritten")) {
    {
      u64 trailers = trailers_new();
      pair made;
      t->out_trailers = trailers >> 32;
      response_new(fields_new(), 0, 0, (handle)trailers, &made);
      t->sent = made.second;
      task_return(0, made.first, 0, 0, 0, 0, 0, 0);
    }
    if (is(way, "no-contents")) {
      CALL(t, wait_for(20000000))
      t->trailers.is_error = number > 1;
      if (number > 1) t->trailers.error.tag = number;
      COPY(t, t->out_trailers, trailers_write(t->out_trailers, &t->trailers))
      trailers_drop_writable(t->out_trailers);
    }
    COPY(t, t->sent, sent_read(t->sent, &seen))
    say_result("sent", &seen);
    return finish(t);
  }

  // Does not read its body, or says that it was no good, and answers.
  if (is(way, "unread") || is(way, "no-good")) {
    {
      pair body;
      request_consume(t->request, taken(t), &body);
      body_drop_readable(body.first);
      trailers_drop_readable(body.second);
    }
    seen.is_error = is(way, "no-good");
    seen.error.tag = 17;
    COPY(t, t->sent, sent_write(t->sent, &seen))
    sent_drop_writable(t->sent);
    ANSWER(t, 200, TEXT("unread\n"))
    return finish(t);
  }

  // Many timers, each cancelled at once, and one that is not.
  if (is(way, "timers")) {
    for (u32 i = 0; i < number; i++) {
      u32 code = wait_for(3600000000000);
      expect((code & 15) == 1 && subtask_cancel(code >> 4) == 4);
      subtask_drop(code >> 4);
    }
    CALL(t, wait_for(5000000))
    expect((wait_for(0) & 15) == RETURNED);
    ANSWER(t, 200, TEXT("timers\n"))
    return finish(t);
  }

  // Sends so many pieces, and then that they are all, or that they are not.
  if (is(way, "upload") || is(way, "upload-error")) {
    request_drop(t->request);
    calls[0] = ask(way, 0, t);
    expect((calls[0] & 15) == 1);
    for (requests = 0; requests < number; requests++) {
      for (t->length = 0; t->length < sizeof piece; t->length += t->code >> 4) {
        COPY(t, t->out, body_write(t->out, piece + t->length, sizeof piece - t->length))
        expect((t->code & 15) == COMPLETED);
      }
    }
    t->length = 0;
    body_drop_writable(t->out);
    t->trailers.is_error = is(way, "upload-error");
    if (t->trailers.is_error) t->trailers.error.tag = 25;
    COPY(t, ends[0], trailers_write(ends[0], &t->trailers))
    trailers_drop_writable(ends[0]);
    t->trailers = (result_trailers){0};
    COPY(t, t->sent, sent_read(t->sent, &seen))
    sent_drop_readable(t->sent);
    CALL(t, calls[0])
    put("upload ");
    if (!answers[0].is_error) {
      put_number(response_status(answers[0].value));
      put(seen.is_error ? " error " : " ok");
    } else put("error ");
    if (seen.is_error) put_number(seen.error.tag);
    put("\n");
    ANSWER(t, 200, ((bytes){text, length}))
    return finish(t);
  }

  // Pieces with yields between them, longer than a turn.
  if (is(way, "ticks")) {
    begin(t);
    for (requests = 0; requests < number; requests++) {
      COPY(t, t->out, body_write(t->out, "tick\n", 5))
      if ((t->code & 15) == DROPPED) break;
      for (first = 0; first < 200000; first++) {
        t->at = 1001;
        return YIELD;
        case 1001:;
      }
    }
    body_drop_writable(t->out);
    COPY(t, t->out_trailers, trailers_write(t->out_trailers, &t->trailers))
    trailers_drop_writable(t->out_trailers);
    return finish(t);
  }

  // The whole response, and then it reads its body to the end.
  if (is(way, "read-behind")) {
    {
      pair body;
      request_consume(t->request, taken(t), &body);
      t->in = body.first;
      t->in_trailers = body.second;
    }
    begin(t);
    COPY(t, t->out, body_write(t->out, "accepted\n", 9))
    body_drop_writable(t->out);
    COPY(t, t->out_trailers, trailers_write(t->out_trailers, &t->trailers))
    trailers_drop_writable(t->out_trailers);
    do {
      COPY(t, t->in, body_read(t->in, piece, sizeof piece))
      t->length += t->code >> 4;
    } while ((t->code & 15) == COMPLETED);
    body_drop_readable(t->in);
    COPY(t, t->in_trailers, trailers_read(t->in_trailers, &seen))
    put("read ");
    put_number(t->length);
    say_result("", &seen);
    return finish(t);
  }

  // Sends a piece of a body, and another one when the answer has begun.
  if (is(way, "duplex")) {
    request_drop(t->request);
    calls[0] = ask(way, 0, t);
    COPY(t, t->out, body_write(t->out, "one", 3))
    CALL(t, calls[0])
    expect(!answers[0].is_error);
    COPY(t, t->out, body_write(t->out, "two", 3))
    {
      pair body;
      u64 ends = sent_new();
      response_consume(answers[0].value, (handle)ends, &body);
      t->in = body.first;
    }
    COPY(t, t->in, body_read(t->in, text, 3))
    expect(t->code >> 4 == 3);
    length = 3;
    body_drop_writable(t->out);
    COPY(t, ends[0], trailers_write(ends[0], &t->trailers))
    trailers_drop_writable(ends[0]);
    ANSWER(t, 200, ((bytes){text, length}))
    return finish(t);
  }

  // A request that has no body, and how its transmission ended; its trailers are an error when a number says which.
  if (is(way, "sent")) {
    {
      u32 start = 1, end;
      pair made;
      u64 trailers = trailers_new();
      while (way.data[start] != '/') start++;
      for (end = ++start; end < way.length && way.data[end] != '?'; end++) {}
      ends[0] = trailers >> 32;
      request_new(fields_new(), 0, 0, (handle)trailers, 0, 0, &made);
      t->sent = made.second;
      expect(!request_set_scheme(made.first, 1, 0, 0, 0) && !request_set_authority(made.first, 1, way.data + start, end - start));
      if (number > 1) {
        t->trailers.is_error = 1;
        t->trailers.error.tag = number;
        expect(trailers_write(ends[0], &t->trailers) == BLOCKED);
      }
      calls[0] = client_send(made.first, &answers[0]);
    }
    request_drop(t->request);
    COPY(t, t->sent, sent_read(t->sent, &seen))
    put("sent ");
    if (seen.is_error) put_number(seen.error.tag);
    else put("ok");
    put("\n");
    t->trailers = (result_trailers){0};
    ANSWER(t, 200, ((bytes){text, length}))
    return finish(t);
  }

  // The request itself goes on to another host.
  if (is(way, "forward")) {
    {
      u32 start = 1, end;
      while (way.data[start] != '/') start++;
      for (end = ++start; end < way.length && way.data[end] != '?'; end++) {}
      expect(!request_set_scheme(t->request, 1, 0, 0, 0) && !request_set_authority(t->request, 1, way.data + start, end - start));
    }
    CALL(t, client_send(t->request, &answers[0]))
    if (answers[0].is_error) task_return(1, answers[0].error.tag, 0, 0, 0, 0, 0, 0);
    else task_return(0, answers[0].value, 0, 0, 0, 0, 0, 0);
    return finish(t);
  }

  // Asks so many at once, and tells who was first. All others are cancelled; one whose answer was there already is let go.
  expect(is(way, "fan") && number <= MOST);
  requests = number;
  first = MOST;
  request_drop(t->request);
  for (u32 i = 0; i < requests; i++) {
    u32 code = ask(way, i, 0);
    if ((code & 15) != RETURNED) {
      calls[i] = code >> 4;
      join(calls[i], t->set);
    } else if (answers[i].is_error) refused++;
    else if (first == MOST) first = i;
  }
  while (first == MOST && refused < requests) {
    t->at = 1000;
    return t->set << 4 | WAIT;
    case 1000:
    for (u32 i = 0; i < requests; i++) {
      if (!calls[i] || calls[i] != told) continue;
      if (t->payload != RETURNED) break;
      join(calls[i], 0);
      subtask_drop(calls[i]);
      calls[i] = 0;
      if (answers[i].is_error) refused++;
      else first = i;
      break;
    }
  }
  for (u32 i = 0; i < requests; i++) {
    if (!calls[i]) continue;
    join(calls[i], 0);
    if (subtask_cancel(calls[i]) == RETURNED) late++;
    else cancelled++;
    subtask_drop(calls[i]);
    // Its trailers have nobody who would read them.
    expect((trailers_write(ends[i], &t->trailers) & 15) == DROPPED);
    trailers_drop_writable(ends[i]);
  }
  put("first ");
  put_number(first);
  put(" cancelled ");
  put_number(cancelled);
  put(" late ");
  put_number(late);
  put(" refused ");
  put_number(refused);
  put("\n");
  ANSWER(t, 200, ((bytes){text, length}))
  END(t)
}

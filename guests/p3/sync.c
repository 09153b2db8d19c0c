// `handle` lifted without `async`: what it calls, and what it waits for, it waits for inside its code. `?ms=N`: waits so long before it answers; `?ms=0` is an
// error. Its post-return gives the result's memory back.
#define OWN_HANDLE
#include "p3.h"

IMPORT(CLOCK, "wait-for") void wait_here(u64 nanoseconds);
IMPORT("$root", "[waitable-set-wait]") u32 set_wait(handle set, u32 *event);

static u32 mark, returned;

EXPORT(HANDLER "#handle") result_response *handle_here(handle request) {
  result_response *result = allocate(sizeof(result_response), 8);
  expect(mark == returned++);
  u64 milliseconds = query_number(request, 1);
  request_drop(request);
  if (!milliseconds) {
    result->is_error = 1;
    result->error.tag = 33;
    return result;
  }
  // Half of the time by a call that waits, half by a set.
  wait_here(milliseconds * 500000);
  u32 code = wait_for(milliseconds * 500000), event[2];
  if ((code & 15) != RETURNED) {
    handle set = set_new();
    join(code >> 4, set);
    expect(set_wait(set, event) == 1 && event[0] == code >> 4 && event[1] == RETURNED);
    subtask_drop(code >> 4);
    set_drop(set);
  }
  u64 trailers = trailers_new();
  pair made;
  response_new(fields_new(), 0, 0, (handle)trailers, &made);
  response_set_status(made.first, 204);
  // Whoever takes the response reads it.
  static result_trailers none;
  if (milliseconds != 7) expect(trailers_write(trailers >> 32, &none) == BLOCKED);
  sent_drop_readable(made.second);
  result->is_error = 0;
  result->value = made.first;
  return result;
}

EXPORT("cabi_post_" HANDLER "#handle") void handled(result_response *result) { mark++; }

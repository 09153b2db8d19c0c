// World `middleware`: passes the request on, and puts `x-passed: p3` on the answer.
#include "p3.h"

static u32 run(task *t) {
  BEGIN(t)
  CALL(t, next_handle(t->request, &t->answer))
  if (t->answer.is_error) {
    task_return(1, t->answer.error.tag, 0, 0, 0, 0, 0, 0);
    return finish(t);
  }
  {
    pair body, made;
    u8 appended[24];
    u32 status = response_status(t->answer.value);
    handle seen = response_headers(t->answer.value), headers = fields_clone(seen);
    fields_drop(seen);
    fields_append(headers, (u8 *)"x-passed", 8, (u8 *)"p3", 2, appended);
    response_consume(t->answer.value, taken(t), &body);
    response_new(headers, 1, body.first, body.second, &made);
    response_set_status(made.first, status);
    sent_drop_readable(made.second);
    task_return(0, made.first, 0, 0, 0, 0, 0, 0);
  }
  COPY(t, t->sent, sent_write(t->sent, &t->trailers))
  sent_drop_writable(t->sent);
  END(t)
}

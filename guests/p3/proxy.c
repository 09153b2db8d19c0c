// `?url=http://HOST/PATH`: asks there, and passes the answer on: status, body, trailers.
#include "p3.h"

static handle request_for(bytes url) {
  handle request;
  u64 trailers = trailers_new();
  pair made;
  u32 host = 7, end;
  for (end = host; end < url.length && url.data[end] != '/'; end++) {}
  request_new(fields_new(), 0, 0, (handle)trailers, 0, 0, &made);
  request = made.first;
  sent_drop_readable(made.second);
  expect(!request_set_scheme(request, 1, 0, 0, 0));
  expect(!request_set_authority(request, 1, url.data + host, end - host));
  expect(!request_set_target(request, 1, end < url.length ? url.data + end : (u8 *)"/", end < url.length ? url.length - end : 1));
  // Whoever sends it reads "no trailers" when the body, of which there is none, has ended.
  ((task *)context_get())->in_trailers = trailers >> 32;
  return request;
}

static u32 run(task *t) {
  BEGIN(t)
  {
    option_string target;
    u32 i = 0;
    request_target(t->request, &target);
    while (i < target.value.length && target.value.data[i] != '=') i++;
    expect(i + 8 < target.value.length);
    request_drop(t->request);
    t->request = request_for((bytes){target.value.data + i + 1, target.value.length - i - 1});
  }
  CALL(t, client_send(t->request, &t->answer))
  COPY(t, t->in_trailers, trailers_write(t->in_trailers, &t->trailers))
  trailers_drop_writable(t->in_trailers);
  if (t->answer.is_error) {
    begin_response(t, fields_new(), 502);
    body_drop_writable(t->out);
    COPY(t, t->out_trailers, trailers_write(t->out_trailers, &t->trailers))
    trailers_drop_writable(t->out_trailers);
    return finish(t);
  }
  {
    pair body, made;
    u32 status = response_status(t->answer.value);
    response_consume(t->answer.value, taken(t), &body);
    response_new(fields_new(), 1, body.first, body.second, &made);
    response_set_status(made.first, status);
    sent_drop_readable(made.second);
    task_return(0, made.first, 0, 0, 0, 0, 0, 0);
  }
  COPY(t, t->sent, sent_write(t->sent, &t->trailers))
  sent_drop_writable(t->sent);
  END(t)
}

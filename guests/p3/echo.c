// The request's body and trailers come back, 64 KiB at a time in constant memory.
#include "p3.h"

enum { PIECE = 65536 };

static u32 run(task *t) {
  BEGIN(t)
  {
    pair taken_body;
    request_consume(t->request, taken(t), &taken_body);
    t->in = taken_body.first;
    t->in_trailers = taken_body.second;
    t->buffer = allocate(PIECE, 8);
    begin_response(t, fields_new(), 200);
  }
  while (!t->done) {
    COPY(t, t->in, body_read(t->in, t->buffer, PIECE))
    t->done = (t->code & 15) != COMPLETED;
    t->length = t->code >> 4;
    while (t->length) {
      COPY(t, t->out, body_write(t->out, t->buffer, t->length))
      if ((t->code & 15) != COMPLETED) {
        t->done = 1;
        break;
      }
      t->length -= t->code >> 4;
      __builtin_memmove(t->buffer, t->buffer + (t->code >> 4), t->length);
    }
  }
  body_drop_readable(t->in);
  body_drop_writable(t->out);
  COPY(t, t->in_trailers, trailers_read(t->in_trailers, &t->trailers))
  trailers_drop_readable(t->in_trailers);
  COPY(t, t->out_trailers, trailers_write(t->out_trailers, &t->trailers))
  trailers_drop_writable(t->out_trailers);
  __builtin_memset(&t->trailers, 0, sizeof t->trailers);
  COPY(t, t->sent, sent_write(t->sent, &t->trailers))
  sent_drop_writable(t->sent);
  END(t)
}

// `?ms=N`: waits so long, and then answers.
#include "p3.h"

static u32 run(task *t) {
  BEGIN(t)
  CALL(t, wait_for(query_number(t->request, 1000) * 1000000))
  request_drop(t->request);
  ANSWER(t, 200, TEXT("waited\n"))
  END(t)
}

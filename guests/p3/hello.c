// Any request: 200 "Hello from mik!".
#include "p3.h"

static u32 run(task *t) {
  BEGIN(t)
  request_drop(t->request);
  ANSWER(t, 200, TEXT("Hello from mik!\n"))
  END(t)
}

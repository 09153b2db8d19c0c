#include "mik.h"

static mik_response handle(mik_request request) {
  (void)request;
  return mik_reply(200, "application/json", mik_text("{\"quantity\":7}"));
}

#include "mik.h"

// Every order is the same one.
static mik_response handle(mik_request request) {
  return request.method == MIK_POST
    ? mik_reply(201, "application/json", mik_text("{\"orderId\":\"123\"}"))
    : mik_reply(405, "application/json", mik_text("{\"reason\":\"orders are made with POST\"}"));
}

#include "mik.h" // all that there is: no C library comes with it

// Called for each request, in a fresh instance: memory starts anew every time.
static mik_response handle(mik_request request) {
  if (mik_equal(request.path, mik_text("/"))) {
    return mik_reply(200, "text/plain", mik_text("Hello from {{name}}!\n"));
  }

  if (mik_equal(request.path, mik_text("/upstream"))) {
    mik_answer answer = mik_get("http://127.0.0.1:3000/health/live");
    return answer.has_failed ? mik_reply(502, "text/plain", answer.error) : mik_reply(answer.response.status, "application/json", answer.response.body);
  }

  return mik_reply(404, "text/plain", mik_text("There is nothing here.\n"));
}

#include "mik.h"

// Called for each request, in a fresh instance: memory starts anew every time.
static mik_response handle(mik_request request) {
  if (mik_equal(request.path, mik_text("/"))) {
    return mik_reply(200, "text/plain", mik_text("Hello from {{name}}!\n"));
  }

  return mik_reply(404, "text/plain", mik_text("There is nothing here.\n"));
}

#include "mik.h"

// Whoever has a token is user-1.
static mik_response handle(mik_request request) {
  static const char key[] = "\"token\":\"";
  for (u32 i = 0; i + sizeof key <= request.body.length; i++) {
    u32 same = 0;
    while (same < sizeof key - 1 && request.body.data[i + same] == (u8)key[same]) same++;
    if (same == sizeof key - 1 && request.body.data[i + same] != '"') return mik_reply(200, "application/json", mik_text("{\"id\":\"user-1\"}"));
  }

  return mik_reply(401, "application/json", mik_text("{\"reason\":\"no token\"}"));
}

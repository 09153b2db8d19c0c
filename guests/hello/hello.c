#include "../c/guest.h"

static void handle_request(handle request, handle out) { respond(out, 200, TEXT("Hello from mik!\n")); }

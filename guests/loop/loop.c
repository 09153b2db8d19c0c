// Never ends: / counts, /calls calls a function, /clock calls the host, /fill fills 16 MiB again and again.
// /after loops once the response was sent. /quick answers at once, as a guest does that turns hostile later.
#include "../c/guest.h"

static volatile u32 counter;

static __attribute__((noinline)) void step(void) { counter++; }

static void handle_request(handle request, handle out) {
  bytes path = path_of(request_target(request));
  if (bytes_equal(path, TEXT("/after"))) respond(out, 200, TEXT("still running\n"));
  if (bytes_equal(path, TEXT("/quick"))) {
    respond(out, 200, TEXT("done\n"));
    return;
  }
  if (bytes_equal(path, TEXT("/calls")))
    for (;;) step();
  if (bytes_equal(path, TEXT("/clock")))
    for (;;) counter = monotonic_clock_now();
  if (bytes_equal(path, TEXT("/fill")))
    for (u8 *block = arena_allocate(KIB(16 * 1024), 1);; counter++) __builtin_memset(block, counter, KIB(16 * 1024));
  for (;;) counter++;
}

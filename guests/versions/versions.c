// One component, two versions of WASI: standard output through 0.2.0, the rest through 0.2.12 (WASI_VERSION).
// 0.3.0 is what build.mjs calls 0.2.0 until the component is encoded.
#include "../c/guest.h"

IMPORT("wasi:cli/stdout@0.3.0", "get-stdout") handle old_stdout_get(void);
IMPORT("wasi:io/streams@0.3.0", "[method]output-stream.blocking-write-and-flush")
void old_blocking_write_and_flush(handle self, const void *data, u32 length, result_write *result);

static void handle_request(handle request, handle out) {
  bytes line = TEXT("written through 0.2.0\n");
  result_write written;
  old_blocking_write_and_flush(old_stdout_get(), line.data, line.length, &written);
  expect(!written.is_error);
  respond(out, 200, TEXT("answered through 0.2.12\n"));
}

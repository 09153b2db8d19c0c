// A guest with a C library, whose preview 1 calls an adapter module turns into WASI 0.2.
//   /            greets, by printf to standard output and in the response
//   /env?NAME    the value of one environment variable
//   /file        opens a file: always refused, as there is no preopen
//   /malloc      allocates and frees 1000 blocks
#define GUEST_WITH_LIBC
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include "../c/guest.h"

static void handle_request(handle request, handle out) {
  bytes target = request_target(request), path = path_of(target);
  char text[512] = "Hello from a C library!\n";

  if (bytes_equal(path, TEXT("/env"))) {
    char name[128];
    snprintf(name, sizeof name, "%.*s", (int)(target.length - path.length - 1), (char *)target.data + path.length + 1);
    const char *value = getenv(name);
    snprintf(text, sizeof text, "%s\n", value ? value : "(not set)");
  }
  if (bytes_equal(path, TEXT("/file"))) {
    FILE *file = fopen("/etc/passwd", "r");
    snprintf(text, sizeof text, "%s\n", file ? "opened" : strerror(errno));
  }
  if (bytes_equal(path, TEXT("/malloc"))) {
    u32 total = 0;
    for (u32 i = 1; i <= 1000; i++) {
      char *volatile block = malloc(i * 100);
      expect(block != 0);
      total += i * 100;
      free(block);
    }
    snprintf(text, sizeof text, "%u bytes\n", total);
  }
  printf("%s", text);
  fflush(stdout);
  respond(out, 200, c_text(text));
}

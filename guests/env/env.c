// What wasi:cli, wasi:random and the clocks give.
//   /            the environment, a NAME=value line for each
//   /args        the arguments, one in a line
//   /cwd         the initial working directory, or nothing
//   /print?TEXT  TEXT and a line break to stdout and stderr, each in two writes
//   /random?n=16 n random bytes in hexadecimal
//   /clock       wall clock seconds, then monotonic nanoseconds
//   /stdin       the number of bytes that standard input has
//   /exit?code=C calls exit (0: ok, else an error)
#include "../c/guest.h"

static void print(handle stream, bytes text) {
  u32 half = text.length / 2;
  write_and_flush(stream, (bytes){text.data, half});
  builder rest = builder_new(text.length + 1);
  append(&rest, from(text, half));
  append(&rest, TEXT("\n"));
  write_and_flush(stream, built(&rest));
  output_stream_drop(stream);
}

static void append_line(builder *text, bytes line) {
  append(text, line);
  append(text, TEXT("\n"));
}

static void append_environment(builder *text) {
  field_list variables;
  environment_get_environment(&variables);
  for (u32 i = 0; i < variables.length; i++) {
    append(text, variables.items[i].name);
    append(text, TEXT("="));
    append_line(text, variables.items[i].value);
  }
}

static void append_arguments(builder *text) {
  bytes_list arguments;
  environment_get_arguments(&arguments);
  for (u32 i = 0; i < arguments.length; i++) append_line(text, arguments.items[i]);
}

static void append_random(builder *text, u64 count) {
  bytes random;
  random_get_bytes(count, &random);
  for (u32 i = 0; i < random.length; i++) {
    u8 hex[2] = {"0123456789abcdef"[random.data[i] >> 4], "0123456789abcdef"[random.data[i] & 15]};
    append(text, (bytes){hex, 2});
  }
  append(text, TEXT("\n"));
}

static void append_clocks(builder *text) {
  datetime now;
  wall_clock_now(&now);
  append_number(text, now.seconds);
  append(text, TEXT("\n"));
  append_number(text, monotonic_clock_now());
  append(text, TEXT("\n"));
}

static void append_stdin(builder *text) {
  u64 length = 0;
  bytes chunk;
  input in = {0, stdin_get()};
  while (read_some(in, KIB(4), &chunk)) length += chunk.length;
  append_number(text, length);
  append(text, TEXT("\n"));
}

static void handle_request(handle request, handle out) {
  bytes target = request_target(request), path = path_of(target);
  builder text = builder_new(KIB(4));
  if (bytes_equal(path, TEXT("/"))) append_environment(&text);
  if (bytes_equal(path, TEXT("/args"))) append_arguments(&text);
  if (bytes_equal(path, TEXT("/random"))) append_random(&text, query_number(target, TEXT("n"), 16));
  if (bytes_equal(path, TEXT("/clock"))) append_clocks(&text);
  if (bytes_equal(path, TEXT("/stdin"))) append_stdin(&text);
  if (bytes_equal(path, TEXT("/exit"))) cli_exit(query_number(target, TEXT("code"), 0) != 0);
  if (bytes_equal(path, TEXT("/cwd"))) {
    option_string cwd;
    environment_initial_cwd(&cwd);
    if (cwd.is_some) append_line(&text, cwd.value);
  }
  if (starts_with(target, TEXT("/print?"))) {
    print(stdout_get(), from(target, 7));
    print(stderr_get(), from(target, 7));
  }
  respond(out, 200, built(&text));
}

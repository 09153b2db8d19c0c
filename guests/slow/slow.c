// Waits in poll, then answers 200: the body {"delay_secs": 1.5}, else ?ms=1000. /never waits for ever.
#include "../c/guest.h"

// Milliseconds of the number after "delay_secs": whole seconds and up to three decimals.
static option_string delay_text(bytes body) {
  bytes key = TEXT("\"delay_secs\"");
  for (u32 i = 0; i + key.length < body.length; i++) {
    bytes rest = from(body, i);
    if (!starts_with(rest, key)) continue;
    rest = from(rest, key.length);
    while (rest.length && (*rest.data == ' ' || *rest.data == ':')) rest = from(rest, 1);
    return (option_string){1, rest};
  }
  return (option_string){0};
}

static u64 milliseconds(bytes number) {
  u64 total = parse_number(number, 0) * 1000;
  u32 point = 0;
  while (point < number.length && number.data[point] >= '0' && number.data[point] <= '9') point++;
  if (point < number.length && number.data[point] == '.')
    for (u32 i = 1, unit = 100; unit && point + i < number.length; i++, unit /= 10) {
      u8 digit = number.data[point + i] - '0';
      if (digit > 9) break;
      total += digit * unit;
    }
  return total;
}

static void handle_request(handle request, handle out) {
  bytes target = request_target(request);
  if (bytes_equal(path_of(target), TEXT("/never"))) block_on(monotonic_clock_subscribe_duration(~0ull));

  option_string delay = delay_text(read_all(request_input(request)));
  u64 wait = delay.is_some ? milliseconds(delay.value) : query_number(target, TEXT("ms"), 1000);
  u64 start = monotonic_clock_now();
  sleep_for(wait);
  builder json = builder_new(128);
  append(&json, TEXT("{\"delay_ms\":"));
  append_number(&json, wait);
  append(&json, TEXT(",\"waited_ms\":"));
  append_number(&json, (monotonic_clock_now() - start) / 1000000);
  append(&json, TEXT("}\n"));

  output body = begin_response(out, 200, content_type(TEXT("application/json")));
  write_all(body.stream, built(&json));
  finish_output(body);
}

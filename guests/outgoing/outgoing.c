// Forwards the request to ?url= (percent-encoded) or the header x-target, and streams the answer back: status,
// content-type and body. ?timeout=MS sets the three timeouts of request-options. An error-code becomes 502 with
// "error-code <number>: <name>".
#include "../c/guest.h"

static const char *const error_names[] = {
    "DNS-timeout", "DNS-error", "destination-not-found", "destination-unavailable", "destination-IP-prohibited",
    "destination-IP-unroutable", "connection-refused", "connection-terminated", "connection-timeout",
    "connection-read-timeout", "connection-write-timeout", "connection-limit-reached", "TLS-protocol-error",
    "TLS-certificate-error", "TLS-alert-received", "HTTP-request-denied", "HTTP-request-length-required",
    "HTTP-request-body-size", "HTTP-request-method-invalid", "HTTP-request-URI-invalid", "HTTP-request-URI-too-long",
    "HTTP-request-header-section-size", "HTTP-request-header-size", "HTTP-request-trailer-section-size",
    "HTTP-request-trailer-size", "HTTP-response-incomplete", "HTTP-response-header-section-size",
    "HTTP-response-header-size", "HTTP-response-body-size", "HTTP-response-trailer-section-size",
    "HTTP-response-trailer-size", "HTTP-response-transfer-coding", "HTTP-response-content-coding",
    "HTTP-response-timeout", "HTTP-upgrade-failed", "HTTP-protocol-error", "loop-detected", "configuration-error",
    "internal-error"};

static void respond_error(handle out, error_code error) {
  builder text = builder_new(128);
  append(&text, TEXT("error-code "));
  append_number(&text, error.tag);
  append(&text, TEXT(": "));
  append(&text, c_text(error_names[error.tag]));
  append(&text, TEXT("\n"));
  respond(out, 502, built(&text));
}

static u8 hex_digit(u8 c) { return c <= '9' ? c - '0' : (c | 32) - 'a' + 10; }

static bytes percent_decode(bytes text) {
  builder decoded = builder_new(text.length + 1);
  for (u32 i = 0; i < text.length; i++) {
    u8 c = text.data[i];
    if (c == '%' && i + 2 < text.length) {
      c = hex_digit(text.data[i + 1]) << 4 | hex_digit(text.data[i + 2]);
      i += 2;
    }
    append(&decoded, (bytes){&c, 1});
  }
  return built(&decoded);
}

// Sets scheme, authority and path; false where the URL is not an http or https one.
static int set_url(handle request, bytes url) {
  u32 is_https = starts_with(url, TEXT("https://"));
  if (!is_https && !starts_with(url, TEXT("http://"))) return 0;
  bytes rest = from(url, is_https ? 8 : 7);
  bytes authority = {rest.data, index_of(rest, '/')};
  bytes path = from(rest, authority.length);
  if (!path.length) path = TEXT("/");
  return !outgoing_request_set_scheme(request, 1, is_https, 0, 0) &&
         !outgoing_request_set_authority(request, 1, authority.data, authority.length) &&
         !outgoing_request_set_path_with_query(request, 1, path.data, path.length);
}

static handle make_options(u64 milliseconds) {
  handle options = request_options_new();
  u64 nanoseconds = milliseconds * 1000000;
  expect(!request_options_set_connect_timeout(options, 1, nanoseconds));
  expect(!request_options_set_first_byte_timeout(options, 1, nanoseconds));
  expect(!request_options_set_between_bytes_timeout(options, 1, nanoseconds));
  return options;
}

// Whether all of it was taken: nobody needs a body whose request was refused, or answered early.
static int try_write_all(handle stream, bytes data) {
  while (data.length) {
    result_count permit;
    result_write written;
    output_stream_check_write(stream, &permit);
    if (permit.is_error) return 0;
    if (!permit.value) {
      block_on(output_stream_subscribe(stream));
      continue;
    }
    u32 count = permit.value < data.length ? (u32)permit.value : data.length;
    output_stream_write(stream, data.data, count, &written);
    if (written.is_error) return 0;
    data = from(data, count);
  }
  return 1;
}

static void copy(input in, output out) {
  bytes chunk;
  result_http finished;
  u32 mark = arena_mark();
  while (read_some(in, KIB(64), &chunk) && try_write_all(out.stream, chunk)) arena_release(mark);
  close_input(in);
  output_stream_drop(out.stream);
  outgoing_body_finish(out.body, 0, 0, &finished);
}

static result_http await(handle future) {
  option_http got;
  block_on(future_incoming_response_subscribe(future));
  future_incoming_response_get(future, &got);
  expect(got.is_some && !got.value.is_error);
  future_incoming_response_drop(future);
  return got.value.value;
}

static handle copy_content_type(handle from_headers) {
  option_string type = header(from_headers, TEXT("content-type"));
  fields_drop(from_headers);
  return type.is_some ? content_type(type.value) : fields_new();
}

static void handle_request(handle request, handle out) {
  bytes target = request_target(request);
  option_string url = query(target, TEXT("url"));
  handle headers = incoming_request_headers(request);
  if (!url.is_some) url = header(headers, TEXT("x-target"));

  handle forwarded = outgoing_request_new(copy_content_type(headers));
  if (!url.is_some || !set_url(forwarded, percent_decode(url.value))) {
    respond(out, 400, TEXT("give ?url=http://host/path or the header x-target\n"));
    return;
  }
  http_method method;
  incoming_request_method(request, &method);
  expect(!outgoing_request_set_method(forwarded, method.tag, method.other.data, method.other.length));
  result_handle body;
  outgoing_request_body(forwarded, &body);

  option_string timeout = query(target, TEXT("timeout"));
  result_http sent;
  outgoing_handler_handle(forwarded, timeout.is_some, timeout.is_some ? make_options(parse_number(timeout.value, 0)) : 0, &sent);
  if (sent.is_error) {
    respond_error(out, sent.error);
    return;
  }
  copy(request_input(request), open_output(expect_handle(body)));

  result_http answer = await(sent.value);
  if (answer.is_error) {
    respond_error(out, answer.error);
    return;
  }
  handle response = answer.value;
  output reply = begin_response(out, incoming_response_status(response), copy_content_type(incoming_response_headers(response)));
  incoming_response_consume(response, &body);
  copy(open_body(expect_handle(body)), reply);
}

// The HTTP bridge: a wasi:http component that hands each request to a mik:core/handler and sends its answer back.
#include "../c/guest.h"

typedef struct { u16 status; field_list headers; option_string body; } core_response;

IMPORT("mik:core/handler@0.1.0", "handle")
void core_handle(u32 method, u8 *path, u32 path_length, field *headers, u32 header_count,
                 u32 has_body, u8 *body, u32 body_length, core_response *result);

// wasi:http's method → mik:core's; NONE has no counterpart there.
enum { NONE = 7 };
static const u8 core_methods[] = {0, 5, 1, 2, 4, NONE, 6, NONE, 3};

static handle fields_of(field_list list) {
  handle fields = fields_new();
  for (u32 i = 0; i < list.length; i++) {
    result_header added;
    // What may not be sent (connection, host, …) is the handler's slip, and no reason to fail.
    fields_append(fields, (char *)list.items[i].name.data, list.items[i].name.length,
                  list.items[i].value.data, list.items[i].value.length, &added);
  }
  return fields;
}

static void handle_request(handle request, handle out) {
  http_method method;
  incoming_request_method(request, &method);
  u32 core_method = method.tag < sizeof core_methods ? core_methods[method.tag] : NONE;
  if (core_method == NONE) {
    respond(out, 501, TEXT("the handler knows no such method\n"));
    return;
  }
  bytes path = request_target(request);
  field_list headers;
  handle request_headers = incoming_request_headers(request);
  fields_entries(request_headers, &headers);
  fields_drop(request_headers);
  input in = request_input(request);
  bytes body = read_all(in);
  close_input(in);

  core_response response;
  core_handle(core_method, path.data, path.length, headers.items, headers.length, body.length != 0, body.data, body.length, &response);
  u32 status = response.status >= 100 && response.status <= 599 ? response.status : 500;
  output answer = begin_response(out, status, fields_of(response.headers));
  if (response.body.is_some) write_all(answer.stream, response.body.value);
  finish_output(answer);
}

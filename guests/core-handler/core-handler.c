// Exports mik:core/handler: answers {"method","path","headers","body"} of its request as JSON.
// ?status=N in the path sets the status.
#define GUEST_WITHOUT_HTTP
#include "../c/guest.h"

typedef struct { u16 status; field_list headers; option_string body; } response;

static const char *const core_methods[] = {"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"};

static void append_json(builder *json, bytes text) {
  append(json, TEXT("\""));
  for (u32 i = 0; i < text.length; i++) {
    u8 c = text.data[i];
    if (c < 32) {
      u8 escape[] = {'\\', 'u', '0', '0', '0' + (c >> 4), "0123456789abcdef"[c & 15]};
      append(json, (bytes){escape, sizeof escape});
      continue;
    }
    if (c == '"' || c == '\\') append(json, TEXT("\\"));
    append(json, (bytes){&c, 1});
  }
  append(json, TEXT("\""));
}

EXPORT("mik:core/handler@0.1.0#handle")
response *handle_core_request(u32 method, u8 *path_data, u32 path_length, field *header_items, u32 header_count,
                              u32 has_body, u8 *body_data, u32 body_length) {
  bytes path = {path_data, path_length}, body = {body_data, body_length};
  builder json = builder_new(body.length + KIB(4));
  append(&json, TEXT("{\"method\":"));
  append_json(&json, c_text(core_methods[method]));
  append(&json, TEXT(",\"path\":"));
  append_json(&json, path);
  append(&json, TEXT(",\"headers\":["));
  for (u32 i = 0; i < header_count; i++) {
    append(&json, i ? TEXT(",[") : TEXT("["));
    append_json(&json, header_items[i].name);
    append(&json, TEXT(","));
    append_json(&json, header_items[i].value);
    append(&json, TEXT("]"));
  }
  append(&json, TEXT("],\"body\":"));
  if (has_body) append_json(&json, body);
  else append(&json, TEXT("null"));
  append(&json, TEXT("}"));

  static field type;
  static response result;
  type = (field){TEXT("content-type"), TEXT("application/json")};
  result = (response){query_number(path, TEXT("status"), 200), {&type, 1}, {1, built(&json)}};
  return &result;
}

EXPORT("cabi_post_mik:core/handler@0.1.0#handle") void release_response(response *result) { arena_release((u32)&__heap_base); }

// The interface mik:core/handler@0.1.0 in C, by the canonical ABI of the Component Model. Define `handle` after including it.
#pragma once

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;

typedef struct { u8 *data; u32 length; } mik_bytes;
typedef struct { mik_bytes name, value; } mik_header;
typedef enum { MIK_GET, MIK_POST, MIK_PUT, MIK_PATCH, MIK_DELETE, MIK_HEAD, MIK_OPTIONS } mik_method;

typedef struct {
  mik_method method;
  mik_bytes path; // with its query string
  struct { mik_header *items; u32 count; } headers;
  mik_bytes body; // empty when there is none
} mik_request;

typedef struct {
  u16 status;
  struct { mik_header *items; u32 count; } headers;
  struct { u8 is_some; mik_bytes value; } body;
} mik_response;

// What another server said, or why it said nothing.
typedef struct {
  u8 has_failed;
  union {
    struct { u16 status; struct { mik_header *items; u32 count; } headers; mik_bytes body; } response;
    mik_bytes error;
  };
} mik_answer;

static mik_response handle(mik_request request);

// Memory is only ever taken: an instance lives for one request.
extern u8 __heap_base;
static u32 mik_heap_top;

static inline void *mik_allocate(u32 size, u32 alignment) {
  if (!mik_heap_top) mik_heap_top = (u32)&__heap_base;
  u32 start = (mik_heap_top + alignment - 1) & ~(alignment - 1);
  u32 have = (u32)__builtin_wasm_memory_size(0) * 65536u;
  if (start + size < start) __builtin_trap();
  if (start + size > have && __builtin_wasm_memory_grow(0, (start + size - have + 65535u) / 65536u) == (unsigned long)-1) __builtin_trap();
  mik_heap_top = start + size;
  return (void *)start;
}

static inline u32 mik_length(const char *text) {
  u32 length = 0;
  while (text[length]) length++;
  return length;
}

static inline mik_bytes mik_text(const char *text) { return (mik_bytes){(u8 *)text, mik_length(text)}; }

static inline int mik_equal(mik_bytes a, mik_bytes b) {
  if (a.length != b.length) return 0;
  for (u32 i = 0; i < a.length; i++)
    if (a.data[i] != b.data[i]) return 0;
  return 1;
}

static inline mik_response mik_reply(u16 status, const char *type, mik_bytes body) {
  mik_header *header = mik_allocate(sizeof(mik_header), 4);
  *header = (mik_header){mik_text("content-type"), mik_text(type)};
  return (mik_response){status, {header, 1}, {1, body}};
}

__attribute__((import_module("mik:core/client@0.1.0"), import_name("send")))
void mik_client_send(u8 *method, u32 method_length, u8 *url, u32 url_length, mik_header *headers, u32 header_count, u32 has_body, u8 *body,
                     u32 body_length, mik_answer *answer);

// Asks a server that http_allowed of mik.toml lists, and waits for its whole answer. A body without bytes is none.
static inline mik_answer mik_send(const char *method, mik_bytes url, mik_header *headers, u32 header_count, mik_bytes body) {
  mik_answer answer;
  mik_bytes name = mik_text(method);
  mik_client_send(name.data, name.length, url.data, url.length, headers, header_count, body.length > 0, body.data, body.length, &answer);
  return answer;
}

static inline mik_answer mik_get(const char *url) { return mik_send("GET", mik_text(url), 0, 0, (mik_bytes){0, 0}); }

__attribute__((export_name("cabi_realloc"))) void *mik_reallocate(void *old, u32 old_size, u32 alignment, u32 size) {
  u8 *block = mik_allocate(size, alignment);
  for (u32 i = 0; i < old_size && i < size; i++) block[i] = ((u8 *)old)[i];
  return block;
}

__attribute__((export_name("mik:core/handler@0.1.0#handle")))
mik_response *mik_handle(u32 method, u8 *path, u32 path_length, mik_header *headers, u32 header_count, u32 has_body, u8 *body, u32 body_length) {
  static mik_response response;
  response = handle((mik_request){
      (mik_method)method, {path, path_length}, {headers, header_count}, has_body ? (mik_bytes){body, body_length} : (mik_bytes){0, 0}});
  return &response;
}

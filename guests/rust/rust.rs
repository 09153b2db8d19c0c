// Rust with its standard library, through preview 1 and the adapter.
//   /        greets; a body comes back, counted by word: one "word count" line each, sorted
//   /panic   panics, with a message on standard error
//   /env     the environment as NAME=value lines
use std::alloc::{alloc, realloc, Layout};
use std::collections::BTreeMap;

// A reactor: the host runs the constructors once, through `_initialize`. Without this wasm-ld would run them at every
// export, `cabi_realloc` included, from where the canonical ABI forbids calls to imports.
extern "C" {
    fn __wasm_call_ctors();
}

#[no_mangle]
pub extern "C" fn _initialize() {
    unsafe { __wasm_call_ctors() }
}

macro_rules! wasi {
    ($module:literal { $($import:literal $name:ident($($parameter:ident: $type:ty),*) $(-> $result:ty)?;)* }) => {
        #[link(wasm_import_module = $module)]
        extern "C" {
            $(#[link_name = $import] fn $name($($parameter: $type),*) $(-> $result)?;)*
        }
    };
}

wasi!("wasi:http/types@0.2.3" {
    "[method]incoming-request.path-with-query" path_with_query(request: u32, result: *mut Text);
    "[method]incoming-request.consume" consume(request: u32, result: *mut Handle);
    "[method]incoming-body.stream" incoming_stream(body: u32, result: *mut Handle);
    "[constructor]fields" new_fields() -> u32;
    "[constructor]outgoing-response" new_response(headers: u32) -> u32;
    "[method]outgoing-response.body" outgoing_body(response: u32, result: *mut Handle);
    "[method]outgoing-body.write" outgoing_stream(body: u32, result: *mut Handle);
    "[static]outgoing-body.finish" finish_body(body: u32, has_trailers: u32, trailers: u32, result: *mut [u64; 5]);
    "[static]response-outparam.set" set_response(out: u32, error: u32, response: u32, p0: u32, p1: u64, p2: u32, p3: u32, p4: u32, p5: u32);
});

wasi!("wasi:io/streams@0.2.3" {
    "[method]input-stream.blocking-read" blocking_read(stream: u32, length: u64, result: *mut Text);
    "[method]output-stream.blocking-write-and-flush" blocking_write(stream: u32, data: *const u8, length: usize, result: *mut [u32; 3]);
    "[resource-drop]output-stream" drop_output(stream: u32);
});

// A tag (is-some or is-error), then a pointer and a length.
#[repr(C)]
#[derive(Default)]
struct Text {
    tag: u8,
    data: usize,
    length: usize,
}

#[repr(C)]
#[derive(Default)]
struct Handle {
    is_error: u8,
    value: u32,
}

impl Text {
    // The host allocated it through cabi_realloc, so it is a Vec of ours.
    unsafe fn bytes(self) -> Vec<u8> {
        Vec::from_raw_parts(self.data as *mut u8, self.length, self.length)
    }
}

unsafe fn handle_of(get: impl FnOnce(*mut Handle)) -> u32 {
    let mut handle = Handle::default();
    get(&mut handle);
    assert_eq!(handle.is_error, 0);
    handle.value
}

unsafe fn read_all(request: u32) -> String {
    let body = handle_of(|result| consume(request, result));
    let stream = handle_of(|result| incoming_stream(body, result));
    let mut all = Vec::new();
    loop {
        let mut chunk = Text::default();
        blocking_read(stream, 65536, &mut chunk);
        if chunk.tag != 0 {
            return String::from_utf8_lossy(&all).into_owned();
        }
        if chunk.length > 0 {
            all.extend(chunk.bytes());
        }
    }
}

unsafe fn respond(out: u32, text: &str) {
    let response = new_response(new_fields());
    let body = handle_of(|result| outgoing_body(response, result));
    set_response(out, 0, response, 0, 0, 0, 0, 0, 0);
    let stream = handle_of(|result| outgoing_stream(body, result));
    for chunk in text.as_bytes().chunks(4096) {
        blocking_write(stream, chunk.as_ptr(), chunk.len(), &mut [0; 3]);
    }
    drop_output(stream);
    finish_body(body, 0, 0, &mut [0; 5]);
}

fn count_words(text: &str) -> String {
    let mut counts = BTreeMap::new();
    for word in text.split_whitespace() {
        *counts.entry(word.to_lowercase()).or_insert(0) += 1;
    }
    counts.iter().map(|(word, count)| format!("{word} {count}\n")).collect()
}

#[export_name = "wasi:http/incoming-handler@0.2.3#handle"]
unsafe extern "C" fn handle(request: u32, out: u32) {
    let mut target = Text::default();
    path_with_query(request, &mut target);
    let path = String::from_utf8(target.bytes()).unwrap();
    let text = match path.as_str() {
        "/panic" => panic!("the guest was asked to panic"),
        "/env" => std::env::vars().map(|(name, value)| format!("{name}={value}\n")).collect(),
        _ => count_words(&read_all(request)),
    };
    println!("{path}: {} bytes", text.len());
    respond(out, if text.is_empty() { "Hello from Rust!\n" } else { &text });
}

#[export_name = "cabi_realloc"]
unsafe extern "C" fn cabi_realloc(old: *mut u8, old_size: usize, alignment: usize, size: usize) -> *mut u8 {
    match (old_size, size) {
        (0, 0) => alignment as *mut u8,
        (0, _) => alloc(Layout::from_size_align_unchecked(size, alignment)),
        _ => realloc(old, Layout::from_size_align_unchecked(old_size, alignment), size),
    }
}

// AssemblyScript and its incremental garbage collector: `?n=10` answers that many Fibonacci numbers.
// @ts-nocheck
@external("wasi:http/types@0.2.3", "[method]incoming-request.path-with-query")
declare function pathWithQuery(request: u32, result: usize): void;
@external("wasi:http/types@0.2.3", "[constructor]fields")
declare function newFields(): u32;
@external("wasi:http/types@0.2.3", "[constructor]outgoing-response")
declare function newResponse(headers: u32): u32;
@external("wasi:http/types@0.2.3", "[method]outgoing-response.body")
declare function outgoingBody(response: u32, result: usize): void;
@external("wasi:http/types@0.2.3", "[method]outgoing-body.write")
declare function outgoingStream(body: u32, result: usize): void;
@external("wasi:http/types@0.2.3", "[static]outgoing-body.finish")
declare function finishBody(body: u32, hasTrailers: u32, trailers: u32, result: usize): void;
@external("wasi:http/types@0.2.3", "[static]response-outparam.set")
declare function setResponse(out: u32, error: u32, response: u32, p0: u32, p1: u64, p2: u32, p3: u32, p4: u32, p5: u32): void;
@external("wasi:io/streams@0.2.3", "[method]output-stream.blocking-write-and-flush")
declare function blockingWrite(stream: u32, data: usize, length: usize, result: usize): void;
@external("wasi:io/streams@0.2.3", "[resource-drop]output-stream")
declare function dropOutput(stream: u32): void;

// Large enough for the result of any function above, and aligned to 8.
const result = memory.data(40, 8);

function handleInResult(): u32 {
  assert(load<u8>(result) == 0);
  return load<u32>(result, 4);
}

function respond(out: u32, text: string): void {
  const bytes = String.UTF8.encode(text);
  const response = newResponse(newFields());
  outgoingBody(response, result);
  const body = handleInResult();
  outgoingStream(body, result);
  const stream = handleInResult();
  setResponse(out, 0, response, 0, 0, 0, 0, 0, 0);
  blockingWrite(stream, changetype<usize>(bytes), bytes.byteLength, result);
  dropOutput(stream);
  finishBody(body, 0, 0, result);
}

export function handle(request: u32, out: u32): void {
  pathWithQuery(request, result);
  const target = String.UTF8.decodeUnsafe(load<usize>(result, 4), load<usize>(result, 8));
  const parameter = target.indexOf("n=");
  const count = parameter < 0 ? 10 : <i32>parseInt(target.substring(parameter + 2));

  const numbers: u64[] = [0, 1];
  while (numbers.length < count) numbers.push(numbers[numbers.length - 1] + numbers[numbers.length - 2]);
  respond(out, numbers.slice(0, count).join(" ") + "\n");
}

export function realloc(old: usize, oldSize: usize, alignment: usize, size: usize): usize {
  return old ? heap.realloc(old, size) : heap.alloc(size);
}

export function fail(message: usize, file: usize, line: u32, column: u32): void {
  unreachable();
}

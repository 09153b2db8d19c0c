// The handler by hand, on wasi:http's resources: GET greets, anything with a body gets it back (JSON parsed and
// printed again).
import { Fields, OutgoingBody, OutgoingResponse, ResponseOutparam } from 'wasi:http/types@0.2.3';

function readAll(incomingBody) {
  const stream = incomingBody.stream();
  const decoder = new TextDecoder();
  let text = '';
  try {
    for (;;) text += decoder.decode(stream.blockingRead(65536n), { stream: true });
  } catch (error) {
    if ((error.payload ?? error).tag !== 'closed') throw error;
  }
  return text + decoder.decode();
}

function send(out, type, text) {
  const headers = Fields.fromList([['content-type', new TextEncoder().encode(type)]]);
  const response = new OutgoingResponse(headers);
  const body = response.body();
  ResponseOutparam.set(out, { tag: 'ok', val: response });
  const stream = body.write();
  const bytes = new TextEncoder().encode(text);
  for (let i = 0; i < bytes.length; i += 4096) stream.blockingWriteAndFlush(bytes.subarray(i, i + 4096));
  stream[Symbol.dispose]();
  OutgoingBody.finish(body, undefined);
}

export const incomingHandler = {
  handle(request, out) {
    const [value] = request.headers().get('content-type');
    const type = value ? new TextDecoder().decode(value) : 'text/plain';
    const body = readAll(request.consume());
    if (!body) send(out, 'text/plain', 'Hello from mik!\n');
    else send(out, type, type.includes('json') ? JSON.stringify(JSON.parse(body)) : body);
  },
};

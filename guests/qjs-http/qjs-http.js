// wasi:http/incoming-handler of 0.2 in QuickJS: any request is greeted, a body that comes is given back. (Its build says why the package is not wasi here.)
import http from 'wasx:http/types@0.2.3';

const greeting = Uint8Array.from('Hello from mik!\n', (character) => character.charCodeAt(0));

function bodyOf(request) {
  const body = request.consume();
  const stream = body.stream();
  const chunks = [];
  for (;;) {
    try {
      chunks.push(...stream.blockingRead(65536));
    } catch {
      return Uint8Array.from(chunks);
    }
  }
}

export const incomingHandler = {
  handle(request, out) {
    const received = bodyOf(request);
    const response = new http.OutgoingResponse(new http.Fields());
    const body = response.body();
    http.ResponseOutparam.set(out, { tag: 'ok', val: response });
    const stream = body.write();
    const answer = received.length ? received : greeting;
    for (let start = 0; start < answer.length; start += 4096) stream.blockingWriteAndFlush(answer.subarray(start, start + 4096));
    stream[Symbol.dispose]?.();
    http.OutgoingBody.finish(body, undefined);
  },
};

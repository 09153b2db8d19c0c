// wasi:http/handler of 0.3 in QuickJS: any request is greeted, a body that comes is given back as it comes.
import http from 'wasi:http/types@0.3.0';

const { Future, Stream } = globalThis.wit;
const ofTrailers = Object.entries(Future.types).find(([name]) => name.includes('OPTION'))[1];
const ofResult = Object.entries(Future.types).find(([name]) => !name.includes('OPTION'))[1];
const greeting = Uint8Array.from('Hello from mik!\n', (character) => character.charCodeAt(0));

function whole(kind) {
  const { readable, writable } = Future(kind);
  writable.write({ tag: 'ok', val: null }).catch(() => {});
  return readable;
}

async function send(received, to) {
  let isEmpty = true;
  for (;;) {
    const { done, value } = await received.next();
    if (done) break;
    isEmpty = false;
    await to.writeAll(value);
  }
  if (isEmpty) await to.writeAll(greeting);
  to.drop();
}

export const handler = {
  async handle(request) {
    const [received] = http.Request.consumeBody(request, whole(ofResult));
    const { readable, writable } = Stream(Stream.U8);
    const [response, sent] = http.Response.new(new http.Fields(), readable, whole(ofTrailers));
    sent.drop();
    send(received, writable).catch(() => writable.drop());
    return response;
  },
};

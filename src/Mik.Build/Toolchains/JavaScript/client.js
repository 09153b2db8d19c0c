// Outgoing requests, by WASI 0.2.
import http from 'wasx:http/types@0.2.3';
import handler from 'wasx:http/outgoing-handler@0.2.3';
import { entriesOf, pairsOf } from './messages.js';
import { release, until } from './waiting.js';

const methods = ['get', 'head', 'post', 'put', 'delete', 'options', 'patch'];
const chunkBytes = 64 << 10;

const wordOf = (code) => (typeof code?.val === 'string' ? code.val : `${code?.tag ?? code}`.replaceAll('-', ' '));

/** Makes one request. */
export async function send({ method, url, headers, body }) {
  const length = body instanceof Uint8Array ? [['content-length', String(body.byteLength)]] : [];
  const request = new http.OutgoingRequest(http.Fields.fromList(entriesOf([...headers.filter(([name]) => name !== 'content-length'), ...length])));
  const isKnown = methods.includes(method.toLowerCase()) && method === method.toUpperCase();
  request.setMethod(isKnown ? { tag: method.toLowerCase() } : { tag: 'other', val: method });
  request.setScheme({ tag: url.protocol === 'https:' ? 'HTTPS' : 'HTTP' });
  request.setAuthority(url.host);
  request.setPathWithQuery(url.pathname + url.search);
  const contents = body === null ? null : request.body();
  let future;
  try {
    future = handler.handle(request, null);
  } catch (error) {
    throw refusal(url, error.payload ?? error);
  }

  // An early answer may make the rest needless; what is wrong with the body is seen in the answer.
  const sent = contents === null ? Promise.resolve() : write(contents, body);
  sent.catch(() => {});
  await until(future.subscribe());
  const { val: answer } = future.get();
  release(future);
  if (answer.tag === 'err') {
    throw refusal(url, answer.val);
  }

  const response = answer.val;
  return { status: response.status(), headers: pairsOf(response.headers().entries()), body: read(response) };
}

async function write(contents, body) {
  const out = contents.write();
  if (body instanceof Uint8Array) {
    await writeAll(out, body);
  } else {
    for await (const chunk of body) {
      await writeAll(out, chunk);
    }
  }

  out.flush();
  for (;;) {
    await until(out.subscribe());
    if (out.checkWrite() > 0) {
      break;
    }
  }

  release(out);
  http.OutgoingBody.finish(contents, null);
}

async function writeAll(out, bytes) {
  for (let at = 0; at < bytes.length;) {
    const room = Math.min(Number(out.checkWrite()), chunkBytes);
    if (room === 0) {
      await until(out.subscribe());
    } else {
      out.write(bytes.subarray(at, at + room));
      at += room;
    }
  }
}

/** The body of a response as a stream. */
function read(response) {
  let body;
  let stream;
  return new ReadableStream({
    async pull(controller) {
      body ??= response.consume();
      stream ??= body.stream();
      try {
        for (;;) {
          const chunk = stream.read(chunkBytes);
          if (chunk.length > 0) {
            controller.enqueue(chunk instanceof Uint8Array ? chunk : Uint8Array.from(chunk));
            return;
          }

          await until(stream.subscribe());
        }
      } catch (error) {
        if (error?.payload?.tag === 'closed') {
          controller.close();
        } else {
          controller.error(new TypeError('the body of the response was cut', { cause: error }));
        }
      }
    },
    cancel() {
      release(stream);
      release(body);
      release(response);
    },
  }, { highWaterMark: 0 });
}

function refusal(url, code) {
  if (code?.tag === undefined) {
    return code;
  }

  const isDenied = code.tag === 'HTTP-request-denied';
  const why = isDenied ? `${url.host} is not allowed: http_allowed in mik.toml lists the hosts that may be called` : wordOf(code);
  return new TypeError(`fetch failed: ${why}`, { cause: Object.assign(new Error(wordOf(code)), { code: code.tag }) });
}

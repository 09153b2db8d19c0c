// Text and bytes: the engine has no TextEncoder and TextDecoder.
const encode = (text) => Uint8Array.from(unescape(encodeURIComponent(text)), (c) => c.charCodeAt(0));
const decode = (bytes) => decodeURIComponent(Array.from(bytes, (b) => '%' + b.toString(16).padStart(2, '0')).join(''));

const json = (status, value) => ({
  status,
  headers: [['content-type', 'application/json']],
  body: encode(JSON.stringify(value)),
});

export const handler = {
  /** Called for each request, in a fresh instance: variables start anew every time. */
  handle({ method, path, headers, body }) {
    if (method === 'post' && body) {
      return json(200, { received: JSON.parse(decode(body)) });
    }

    return json(200, { message: 'Hello from {{name}}!', path });
  },
};

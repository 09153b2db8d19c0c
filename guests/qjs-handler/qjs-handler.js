// mik:core/handler in QuickJS: a request without a body is greeted, else the body comes back (JSON parsed and printed
// again). This engine has no TextEncoder, hence the detour by percent-encoding.
const decode = (bytes) => decodeURIComponent(Array.from(bytes, (b) => '%' + b.toString(16).padStart(2, '0')).join(''));
const encode = (text) => Uint8Array.from(unescape(encodeURIComponent(text)), (c) => c.charCodeAt(0));

export const handler = {
  handle({ headers, body }) {
    const type = headers.find(([name]) => name.toLowerCase() === 'content-type')?.[1] ?? 'text/plain';
    let text = body?.length ? decode(body) : 'Hello from mik!\n';
    if (body?.length && type.includes('json')) text = JSON.stringify(JSON.parse(text));
    return { status: 200, headers: [['content-type', type]], body: encode(text) };
  },
};

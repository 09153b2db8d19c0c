// mik:core/handler in QuickJS: a request without a body is greeted, else the body comes back (JSON parsed and printed
// again).
export const handler = {
  handle({ headers, body }) {
    const type = headers.find(([name]) => name.toLowerCase() === 'content-type')?.[1] ?? 'text/plain';
    let text = body?.length ? new TextDecoder().decode(new Uint8Array(body)) : 'Hello from mik!\n';
    if (body?.length && type.includes('json')) text = JSON.stringify(JSON.parse(text));
    return { status: 200, headers: [['content-type', type]], body: new TextEncoder().encode(text) };
  },
};

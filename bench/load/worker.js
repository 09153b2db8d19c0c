// What the JavaScript guests and the script json.js answer, for workerd.
export default {
  async fetch(request) {
    const { pathname } = new URL(request.url);
    if (pathname === '/script/json') return Response.json({ hello: 'world', path: pathname });
    const type = request.headers.get('content-type') ?? 'text/plain';
    const body = await request.text();
    if (!body) return new Response('Hello from mik!\n', { headers: { 'content-type': 'text/plain' } });
    return new Response(type.includes('json') ? JSON.stringify(JSON.parse(body)) : body, { headers: { 'content-type': type } });
  },
};

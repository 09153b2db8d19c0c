// Fetch style: GET greets, anything with a body gets it back (JSON parsed and printed again).
async function respond(request) {
  const body = await request.text();
  if (!body) return new Response('Hello from mik!\n', { headers: { 'content-type': 'text/plain' } });
  const type = request.headers.get('content-type') ?? 'text/plain';
  return new Response(type.includes('json') ? JSON.stringify(JSON.parse(body)) : body, { headers: { 'content-type': type } });
}

addEventListener('fetch', (event) => event.respondWith(respond(event.request)));

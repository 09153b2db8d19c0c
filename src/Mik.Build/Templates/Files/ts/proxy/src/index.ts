// Fields about one connection are not passed on (RFC 9110, 7.6.1).
const ofConnection = ['connection', 'keep-alive', 'proxy-authorization', 'te', 'trailer', 'transfer-encoding', 'upgrade', 'host'];

export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    const { pathname, search } = new URL(request.url);
    const headers = new Headers(request.headers);
    ofConnection.forEach((name) => headers.delete(name));
    headers.set('x-forwarded-host', request.headers.get('host') ?? '');
    const body = request.method === 'GET' || request.method === 'HEAD' ? null : request.body; // These have none for fetch.
    try {
      return await fetch(env.UPSTREAM + pathname + search, { method: request.method, headers, body, redirect: 'manual' });
    } catch (error) {
      console.error(`${env.UPSTREAM} cannot be reached`, error);
      return new Response('Bad Gateway\n', { status: 502 });
    }
  },
};

// Routes by method and path; ":name" stands for one segment.
const problem = (status, title, headers = {}) =>
  Response.json({ type: 'about:blank', title, status }, { status, headers: { 'content-type': 'application/problem+json', ...headers } });

/** Makes a handler of routes: { 'GET /items/:id': ({ request, env, params, url }) => Response }. */
export function router(routes) {
  const table = Object.entries(routes).map(([route, handle]) => {
    const [method, path] = route.split(' ');
    return { method, handle, pattern: new RegExp(`^${path.replace(/:(\w+)/g, '(?<$1>[^/]+)')}$`) };
  });

  return async (request, env) => {
    const url = new URL(request.url);
    const found = table.filter(({ pattern }) => pattern.test(url.pathname));
    const asked = request.method === 'HEAD' ? 'GET' : request.method; // HEAD is GET of which the body is not sent.
    const route = found.find(({ method }) => method === asked);
    if (route === undefined) {
      return found.length === 0 ? problem(404, 'Not Found') : problem(405, 'Method Not Allowed', { allow: found.map(({ method }) => method === 'GET' ? 'GET, HEAD' : method).join(', ') });
    }

    const params = route.pattern.exec(url.pathname).groups ?? {};
    try {
      return await route.handle({ request, env, params, url });
    } catch (error) {
      if (error instanceof SyntaxError) {
        return problem(400, `The body is no JSON: ${error.message}`);
      }

      throw error;
    }
  };
}

// The same as json.js, one.js and three.js for workerd. Handlers are workers in the same process.
const call = async (service, body) => {
  const response = await service.fetch('http://handler/', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
  return { status: response.status, body: await response.json() };
};

export default {
  async fetch(request, env) {
    const { pathname } = new URL(request.url);
    switch (pathname) {
      case '/one':
        return Response.json((await call(env.pricing, { sku: '1' })).body);
      case '/three': {
        const all = await Promise.all(['pricing', 'inventory', 'orders'].map((name) => call(env[name], { sku: '1' })));
        return Response.json(all.map((response) => response.body));
      }
      default:
        return Response.json({ hello: 'world', path: pathname });
    }
  },
};

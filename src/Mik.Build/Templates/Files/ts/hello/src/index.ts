export default {
  /** Called for each request, in a fresh instance: variables start anew every time. */
  async fetch(request: Request, env: Env): Promise<Response> {
    const { pathname } = new URL(request.url);
    console.log(`${request.method} ${pathname}`);
    return new Response(`Hello from {{name}}! You asked for ${pathname}.\n`);
  },
};

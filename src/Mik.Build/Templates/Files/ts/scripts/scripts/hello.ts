import { script, ok, error } from 'mik-sdk';

/** Answers at /script/hello. host.call("name", …) calls the handler modules/name.wasm. */
export default script(async (req, host) => {
  if (req.method !== 'GET' && req.method !== 'HEAD') {
    return error({ status: 405, title: 'Method Not Allowed' });
  }

  return ok({ message: `${host.env.GREETING}, ${req.query.name ?? 'world'}!` });
});

import { toResponse } from './responses.js';

const { get, set } = WeakMap.prototype;
const { apply } = Reflect;
const handlers = new WeakMap();

/** Makes a script of a function: what it returns becomes a response, so that tests can look at its status and body. */
export function script(handler) {
  if (typeof handler !== 'function') {
    throw new TypeError('script(…) takes a function: export default script(async (req, host) => …)');
  }

  const made = async (req, host) => {
    const value = await handler(req, host);
    return typeof Response === 'function' && value instanceof Response ? value : toResponse(value);
  };
  apply(set, handlers, [made, handler]);
  return made;
}

/** The function of which a script was made; what is no script as it is. */
export const handlerOf = (made) => (typeof made === 'function' ? apply(get, handlers, [made]) ?? made : made);

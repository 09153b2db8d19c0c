// What is known of responses and bodies that objects cannot show themselves. Kept aside, so that nothing is added to them.
const { has, add } = WeakSet.prototype;
const { get, set } = WeakMap.prototype;
const { apply } = Reflect;
const responses = new WeakSet();
const statuses = new WeakMap();

const isObject = (value) => (typeof value === 'object' && value !== null) || typeof value === 'function';

/** Whether a value is a response of ok(), error() or host.call(), rather than data. */
export const isResponse = (value) => isObject(value) && apply(has, responses, [value]);

/** Marks an object as a response. */
export function asResponse(response) {
  apply(add, responses, [response]);
  return response;
}

/** Marks the answer of a handler: the status of a successful one goes with its body. */
export function asHandlerResponse(response) {
  if (response.status >= 200 && response.status < 300 && isObject(response.body)) {
    apply(set, statuses, [response.body, response.status]);
  }

  return asResponse(response);
}

/** The status that came with a body from host.call(), if it is the very one. */
export const statusOfBody = (body) => (isObject(body) ? apply(get, statuses, [body]) : undefined);

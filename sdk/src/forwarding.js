// What is known of responses and bodies that objects cannot show themselves. Kept aside, so that nothing is added to them.
const { get, has, set } = WeakMap.prototype;
const { apply } = Reflect;
const { defineProperty, keys } = Object;

// Response → where it is from; body of a successful handler → status.
const responses = new WeakMap();
const statuses = new WeakMap();
const ofScript = { call: 0, text: undefined };
const raw = { call: 0, text: undefined };

const isObject = (value) => (typeof value === 'object' && value !== null) || typeof value === 'function';

/** Whether a value is a response of ok(), error() or host.call(), rather than data. */
export const isResponse = (value) => isObject(value) && apply(has, responses, [value]);

/** Marks an object as a response. */
export function asResponse(response) {
  apply(set, responses, [response, ofScript]);
  return response;
}

/** Marks an object as a response whose body is sent as it is when it is a text, whatever its content type says. */
export function asRawResponse(response) {
  apply(set, responses, [response, raw]);
  return response;
}

/** Whether a response is one of {@link asRawResponse}. */
export const isRaw = (response) => apply(get, responses, [response]) === raw;

// Read on demand, and no member like the others: an answer has { status, headers, body }.
const listsProperty = {
  get() {
    const of = apply(get, responses, [this]);
    return of === undefined ? undefined : of.lists ??= of.read();
  },
  configurable: true,
};

/** Fields as lists: those that came once beside those that came more often. */
export function headerLists(headers, repeated) {
  const lists = {};
  for (const name of keys(headers)) {
    lists[name] = repeated?.[name] ?? [headers[name]];
  }

  return lists;
}

/**
 * Marks the answer of a handler: the status of a successful one goes with its body. `read` gives its fields as lists. Calls have numbers, from 1; a text that is no
 * JSON is kept.
 */
export function asHandlerResponse(response, read, call = -1, text = undefined) {
  const { status, body } = response;
  apply(set, responses, [response, { call, text, read, lists: undefined }]);
  defineProperty(response, 'headersAll', listsProperty);
  if (status >= 200 && status < 300 && isObject(body)) {
    apply(set, statuses, [body, status]);
  }

  return response;
}

/** The status that came with a body from host.call(), if it is the very one. */
export const statusOfBody = (body) => (isObject(body) ? apply(get, statuses, [body]) : undefined);

/** Whether a response came from a handler. */
export const isOfHandler = (response) => (apply(get, responses, [response]) ?? ofScript).call !== 0;

/** The number of the call that gave a response, if that still has the text with which it came; else 0. */
export function callPassedOn(response) {
  const { call, text } = apply(get, responses, [response]) ?? ofScript;
  return text !== undefined && text === response.body ? call : 0;
}

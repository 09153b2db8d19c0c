// Functions that remember how they were called. Other runners' matchers take them for their own kind of mock, by `_isMockFunction`.
let order = 0;
const made = new Set();

export const isMock = (value) => typeof value === 'function' && value._isMockFunction === true;

/** A function that remembers its calls, and does what it is told to. */
export function fn(implementation = undefined) {
  let always = implementation;
  let name = 'fn()';
  const once = [];
  const state = { calls: [], results: [], contexts: [], instances: [], invocationCallOrder: [], settledResults: [], get lastCall() { return state.calls.at(-1); } };
  const mock = function (...values) {
    const index = state.calls.push(values) - 1;
    state.contexts.push(this);
    state.instances.push(this);
    state.invocationCallOrder.push(++order);
    const result = state.results[index] = { type: 'incomplete', value: undefined };
    const settled = state.settledResults[index] = { type: 'incomplete', value: undefined };
    const run = once.shift() ?? always;
    try {
      const value = run === undefined ? undefined : new.target ? Reflect.construct(run, values, new.target) : Reflect.apply(run, this, values);
      Object.assign(result, { type: 'return', value });
      if (typeof value?.then === 'function') {
        value.then((end) => Object.assign(settled, { type: 'fulfilled', value: end }), (error) => Object.assign(settled, { type: 'rejected', value: error }));
      } else {
        Object.assign(settled, { type: 'fulfilled', value });
      }

      return value;
    } catch (error) {
      Object.assign(result, { type: 'throw', value: error });
      Object.assign(settled, { type: 'rejected', value: error });
      throw error;
    }
  };

  const lists = ['calls', 'results', 'contexts', 'instances', 'invocationCallOrder', 'settledResults'];
  const rejecting = (error) => async () => {
    throw error;
  };
  Object.assign(mock, {
    _isMockFunction: true,
    mock: state,
    getMockName: () => name,
    mockName: (text) => ((name = text), mock),
    getMockImplementation: () => once[0] ?? always,
    mockImplementation: (next) => ((always = next), mock),
    mockImplementationOnce: (next) => (once.push(next), mock),
    mockReturnValue: (value) => mock.mockImplementation(() => value),
    mockReturnValueOnce: (value) => mock.mockImplementationOnce(() => value),
    mockReturnThis: () => mock.mockImplementation(function () {
      return this;
    }),
    mockResolvedValue: (value) => mock.mockImplementation(async () => value),
    mockResolvedValueOnce: (value) => mock.mockImplementationOnce(async () => value),
    mockRejectedValue: (error) => mock.mockImplementation(rejecting(error)),
    mockRejectedValueOnce: (error) => mock.mockImplementationOnce(rejecting(error)),
    mockClear: () => (lists.forEach((list) => (state[list].length = 0)), mock),
    mockReset: () => ((always = implementation), (once.length = 0), mock.mockClear()),
    mockRestore: () => mock.mockReset(),
  });
  made.add(mock);
  return mock;
}

/** Puts a mock in the place of a method; it still does what the method did, until it is told otherwise. `mockRestore` puts the method back. */
export function spyOn(object, method) {
  const original = object?.[method];
  if (typeof original !== 'function') {
    throw new TypeError(`spyOn: there is no method ${String(method)}`);
  }

  if (isMock(original)) {
    return original;
  }

  const own = Object.getOwnPropertyDescriptor(object, method);
  const mock = fn(original).mockName(String(method));
  const reset = mock.mockReset;
  mock.mockRestore = () => {
    if (own) {
      Object.defineProperty(object, method, own);
    } else {
      delete object[method];
    }

    return reset();
  };
  Object.defineProperty(object, method, { value: mock, configurable: true, enumerable: own?.enumerable ?? true, writable: true });
  return mock;
}

const all = (action) => () => {
  for (const mock of made) {
    mock[action]();
  }
};

/** Makes all mocks forget their calls. */
export const clearAllMocks = all('mockClear');

/** Makes all mocks forget their calls and what they were told to do. */
export const resetAllMocks = all('mockReset');

/** Puts back every method that spyOn replaced. */
export const restoreAllMocks = all('mockRestore');

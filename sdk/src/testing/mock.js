// Functions that remember how they were called.
const mocks = new WeakSet();

export const isMock = (value) => typeof value === 'function' && mocks.has(value);

/** A function that remembers its calls, and does what it is told to. */
export function fn(implementation = () => undefined) {
  let always = implementation;
  const once = [];
  const mock = (...values) => {
    mock.mock.calls.push(values);
    try {
      const value = (once.shift() ?? always)(...values);
      mock.mock.results.push({ type: 'return', value });
      return value;
    } catch (error) {
      mock.mock.results.push({ type: 'throw', value: error });
      throw error;
    }
  };
  mock.mock = { calls: [], results: [] };
  mock.mockImplementation = (next) => ((always = next), mock);
  mock.mockReturnValue = (value) => mock.mockImplementation(() => value);
  mock.mockResolvedValue = (value) => mock.mockImplementation(async () => value);
  mock.mockRejectedValue = (error) => mock.mockImplementation(async () => {
    throw error;
  });
  mock.mockImplementationOnce = (next) => (once.push(next), mock);
  mock.mockReturnValueOnce = (value) => mock.mockImplementationOnce(() => value);
  mock.mockResolvedValueOnce = (value) => mock.mockImplementationOnce(async () => value);
  mock.mockClear = () => ((mock.mock.calls.length = 0), (mock.mock.results.length = 0), mock);
  mocks.add(mock);
  return mock;
}

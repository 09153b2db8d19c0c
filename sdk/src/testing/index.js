export { createTestError, createTestHost, createTestRequest } from './host.js';
export { expect } from './expect.js';
export { clearAllMocks, fn, resetAllMocks, restoreAllMocks, spyOn } from './mock.js';

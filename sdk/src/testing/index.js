export { createTestError, createTestHost, createTestRequest } from './host.js';
export { expect } from './expect.js';
export { fn } from './mock.js';

export { script } from './script.js';
export { ok, error } from './responses.js';

export { script } from './script.js';
export { ok, error, respond } from './responses.js';

// Stands between the host and a test file. Evaluated once, before the heap's image is taken; the host then calls `start` for a file.
import { createSuite } from 'mik-sdk/src/testing/runner.js';
import { expect } from 'mik-sdk/src/testing/expect.js';
import { inspect, installWeb } from 'mik:web';
import { completeHost } from 'mik:host';

const host = globalThis.mikHost;
delete globalThis.mikHost;
const { parse, stringify } = JSON;

let lastCall = 0;
completeHost(host, () => ++lastCall);
installWeb(host);

const failureOf = (thrown) => (thrown instanceof Error
  ? { name: String(thrown.name), message: String(thrown.message), stack: String(thrown.stack ?? '') }
  : { name: 'Error', message: `thrown: ${inspect(thrown)}`, stack: '' });

function report({ error, ...event }) {
  host.report(stringify(event.state === 'failed' ? { ...event, error: failureOf(error) } : event));
}

async function run(options) {
  const suite = createSuite();
  Object.assign(globalThis, suite.globals, { expect });
  await import(options.file);
  await suite.run({ ...options, report });
}

host.start = (optionsText) => {
  run(parse(optionsText)).then(() => host.loaded(), (thrown) => host.failed(stringify(failureOf(thrown))));
};

host.settle = () => {};

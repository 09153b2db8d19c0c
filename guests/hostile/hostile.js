// ?way= : one way each in which a script may make its server hold more and more.
import { script, ok } from 'mik-sdk';

const large = (bytes) => 'v'.repeat(bytes);
const forever = (step) => {
  for (let i = 0; ; i++) step(i);
};
const ignore = (promise) => promise.catch(() => {});

const ways = {
  heap: () => {
    const kept = [];
    forever((i) => kept.push(large(1e6) + i));
  },
  // Never awaited: nothing of them is settled while the script runs on.
  calls: (host) => {
    const body = large(9e6);
    forever(() => ignore(host.call('slow', { method: 'POST', path: '/never', body })));
  },
  'small-calls': (host) => forever(() => ignore(host.call('hello'))),
  'refused-calls': (host) => forever(() => ignore(host.call('nobody'))),
  answers: (host) => forever(() => ignore(host.call('big', { path: '/?size=9000000' }))),
  // Fields of an answer, without a body.
  'call-headers': (host) => forever(() => ignore(host.call('hello', { headers: { 'x-large': large(20000) } }))),
  'call-names': (host) => forever((i) => ignore(host.call(large(1e6) + i))),
  'guest-memory': async (host) => {
    const calls = [];
    for (let i = 0; i < 10; i++) calls.push(host.call('hostile', { path: '/?what=memory' }));
    await Promise.allSettled(calls);
  },
  timers: () => forever(() => setTimeout(() => {}, 1e9)),
  'cancelled-timers': () => forever(() => clearTimeout(setTimeout(() => {}, 1e9))),
  log: () => {
    const line = large(3e7);
    forever(() => console.log(line));
  },
  response: () => ok(large(4e7)),
  error: () => {
    throw new Error(large(4e7));
  },
  rejections: () => {
    const text = large(2e7);
    for (let i = 0; i < 100; i++) Promise.reject(new Error(text));
  },
};

export default script(async (req, host) => {
  const way = ways[req.query.way];
  return way ? (await way(host)) ?? ok('ended') : ok(Object.keys(ways));
});

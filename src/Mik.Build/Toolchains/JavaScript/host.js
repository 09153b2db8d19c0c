// The host of the Web API inside a component: clocks, random numbers, output and outgoing requests of WASI.
import environment from 'wasi:cli/environment@0.2.0';
import stdout from 'wasi:cli/stdout@0.2.0';
import stderr from 'wasi:cli/stderr@0.2.0';
import clock from 'wasx:clocks/monotonic-clock@0.2.3';
import random from 'wasi:random/random@0.2.0';
import { encode, installWeb } from './web.js';
import { send } from './client.js';
import { until } from './waiting.js';

const warn = 2;
const pieceBytes = 4096;
const nanoseconds = 1_000_000;

let isServing = false;
let isRandomOwn = false;
let lines;
let variables;
const due = new Set();

function needRequest(what) {
  if (!isServing) {
    throw new Error(`${what} while the module is evaluated, which is when it is built: do it in fetch(request, env)`);
  }
}

function write(stream, text) {
  const bytes = encode(`${text}\n`);
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    stream.blockingWriteAndFlush(bytes.subarray(at, at + pieceBytes));
  }
}

async function wait(id, milliseconds) {
  await until(clock.subscribeDuration(Math.ceil(milliseconds * nanoseconds)), () => due.has(id));
  if (due.delete(id)) {
    try {
      host.fire(id);
    } catch (error) {
      reportError(error);
    }
  }
}

export const host = {
  log(level, text) {
    if (isServing) {
      lines ??= { out: stdout.getStdout(), error: stderr.getStderr() };
      write(level >= warn ? lines.error : lines.out, text);
    } else {
      write(level >= warn ? stderr.getStderr() : stdout.getStdout(), text);
    }
  },
  timer(id, milliseconds) {
    needRequest('a timer was set');
    due.add(id);
    wait(id, milliseconds);
  },
  untimer(id) {
    due.delete(id);
  },
  fill(bytes) {
    for (let at = 0; at < bytes.length;) {
      const some = random.getRandomBytes(bytes.length - at);
      bytes.set(some, at);
      at += some.length;
    }
  },
  send(call) {
    needRequest('fetch was called');
    return send(call);
  },
};

installWeb(host);

/** A request has come: from now on there is a world outside. */
export function begin() {
  isServing = true;
  if (!isRandomOwn) {
    isRandomOwn = true;
    seed();
  }

  return variables ??= Object.freeze(Object.fromEntries(environment.getEnvironment()));
}

/** Nothing is left to answer: timers that nobody waits for end. */
export function end() {
  due.clear();
}

// The engine's own generator was seeded when the component was built: everyone would get the same numbers.
function seed() {
  const state = new Uint32Array(4);
  host.fill(new Uint8Array(state.buffer));
  const next = () => {
    let t = state[3];
    const s = state[0];
    state[3] = state[2];
    state[2] = state[1];
    state[1] = s;
    t ^= t << 11;
    t ^= t >>> 8;
    state[0] = t ^ s ^ (s >>> 19);
    return state[0];
  };
  Math.random = function random() {
    return ((next() >>> 5) * 67_108_864 + (next() >>> 6)) / 9_007_199_254_740_992;
  };
}

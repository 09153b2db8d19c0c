// Waits for what WASI 0.2 gives: pollables. While nothing else goes on, the thread waits for the first of them; else they are looked at now and then, so that streams of
// WASI 0.3, which only move while the guest rests, go on.
import poll from 'wasx:io/poll@0.2.3';
import slow from 'wasx:clocks/monotonic-clock@0.2.3';
import clock from 'wasi:clocks/monotonic-clock@0.3.0';

const milli = 1_000_000;
const longestBlock = 20 * milli;
const shortestPause = milli / 5;
const longestPause = 2 * milli;

// How many reactions of promises may follow each other before the thread waits.
const reactions = 50;

let waiting = [];
let isLooping = false;
let others = 0;

/** Something that moves only while the guest rests begins, or has ended. */
export const enter = () => void others++;
export const leave = () => void others--;

/** Ends when a pollable is ready. `isNeeded` may say that nobody waits for it any more. */
export function until(pollable, isNeeded = () => true) {
  if (pollable.ready()) {
    release(pollable);
    return Promise.resolve();
  }

  return new Promise((resolve) => {
    waiting.push({ pollable, resolve, isNeeded });
    if (!isLooping) {
      isLooping = true;
      loop();
    }
  });
}

export const release = (resource) => resource?.[Symbol.dispose]?.();

async function loop() {
  let pause = shortestPause;
  while (waiting.length > 0) {
    for (let i = 0; i < reactions; i++) {
      await null;
    }

    if (others === 0) {
      block();
    } else {
      await clock.waitFor(pause);
      pause = Math.min(pause * 2, longestPause);
    }

    if (settle()) {
      pause = shortestPause;
    }
  }

  isLooping = false;
}

function block() {
  const needed = waiting.filter(({ isNeeded }) => isNeeded());
  if (needed.length > 0) {
    const end = slow.subscribeDuration(longestBlock);
    poll.poll([...needed.map(({ pollable }) => pollable), end]);
    release(end);
  }
}

/** Tells those whose pollable is ready, and forgets those that nobody needs. */
function settle() {
  const before = waiting;
  waiting = [];
  for (const one of before) {
    if (one.isNeeded() && !one.pollable.ready()) {
      waiting.push(one);
    } else {
      release(one.pollable);
      one.resolve();
    }
  }

  return waiting.length < before.length;
}

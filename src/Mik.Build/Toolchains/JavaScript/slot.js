// The engine without a handler, as it is kept while a project is developed: the handler is written into a slot of its memory, and evaluated by each instance.
import { handlerOf, serve } from './component.js';
import { decode } from './web.js';

// The word by which the slot is found, backwards: it may stand in what is built only once.
const drow = ':tols:kim';
const lengthDigits = 8;

// Blanks, so that it stands in what is built in one piece.
const slot = new Uint8Array(__SLOT_BYTES__).fill(32);
for (let at = 0; at < drow.length; at++) {
  slot[at] = drow.charCodeAt(drow.length - 1 - at);
}

let handler;

function load() {
  if (handler === undefined) {
    const begin = drow.length + lengthDigits;
    const length = Number(decode(slot.subarray(drow.length, begin)));
    const code = decode(slot.subarray(begin, begin + length));
    globalThis.mikEntry = /^\/\/ (.*)\n/.exec(code)[1];
    (0, eval)(code);
    handler = handlerOf(globalThis.mikModule, globalThis.mikEntry);
  }

  return handler;
}

export { serve, load };

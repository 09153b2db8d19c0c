// Event, EventTarget and AbortController as the DOM standard has them, without a tree: an event goes to its target and nowhere else.
const { defineProperty } = Object;

export class Event {
  #type;
  #cancelable;
  #bubbles;
  #prevented = false;
  #target = null;
  #stopped = false;
  #stamp = Date.now();

  constructor(type, { bubbles = false, cancelable = false } = {}) {
    if (arguments.length === 0) {
      throw new TypeError('Event needs a type');
    }

    this.#type = String(type);
    this.#bubbles = Boolean(bubbles);
    this.#cancelable = Boolean(cancelable);
  }

  get type() {
    return this.#type;
  }

  get bubbles() {
    return this.#bubbles;
  }

  get cancelable() {
    return this.#cancelable;
  }

  get defaultPrevented() {
    return this.#prevented;
  }

  get target() {
    return this.#target;
  }

  get currentTarget() {
    return this.#target;
  }

  get timeStamp() {
    return this.#stamp;
  }

  preventDefault() {
    this.#prevented ||= this.#cancelable;
  }

  stopPropagation() {}

  stopImmediatePropagation() {
    this.#stopped = true;
  }

  static begin(event, target) {
    event.#target = target;
    event.#stopped = false;
  }

  static isStopped(event) {
    return event.#stopped;
  }
}

export class CustomEvent extends Event {
  #detail;

  constructor(type, options = {}) {
    super(type, options);
    this.#detail = options.detail ?? null;
  }

  get detail() {
    return this.#detail;
  }
}

const { begin, isStopped } = Event;
delete Event.begin;
delete Event.isStopped;

const sameListener = (a, b) => a.type === b.type && a.callback === b.callback && a.capture === b.capture;

export class EventTarget {
  #listeners = [];

  addEventListener(type, callback, options) {
    const { once = false, signal, capture = false } = typeof options === 'object' && options !== null ? options : { capture: Boolean(options) };
    if (callback === null || callback === undefined || signal?.aborted) {
      return;
    }

    const listener = { type: String(type), callback, once: Boolean(once), capture: Boolean(capture), removed: false };
    if (!this.#listeners.some((known) => sameListener(known, listener))) {
      this.#listeners.push(listener);
      signal?.addEventListener('abort', () => this.removeEventListener(type, callback, options), { once: true });
    }
  }

  removeEventListener(type, callback, options) {
    const capture = typeof options === 'object' && options !== null ? Boolean(options.capture) : Boolean(options);
    const at = this.#listeners.findIndex((known) => sameListener(known, { type: String(type), callback, capture }));
    if (at >= 0) {
      this.#listeners[at].removed = true;
      this.#listeners.splice(at, 1);
    }
  }

  dispatchEvent(event) {
    if (!(event instanceof Event)) {
      throw new TypeError('dispatchEvent takes an Event');
    }

    begin(event, this);
    for (const listener of [...this.#listeners]) {
      if (listener.type !== event.type || listener.removed) {
        continue;
      }

      if (listener.once) {
        this.removeEventListener(listener.type, listener.callback, { capture: listener.capture });
      }

      report(() => (typeof listener.callback === 'function' ? listener.callback.call(this, event) : listener.callback.handleEvent(event)));
      if (isStopped(event)) {
        break;
      }
    }

    return !event.defaultPrevented;
  }
}

/** What a listener throws is nobody's who dispatches: it is reported. */
export function report(action) {
  try {
    action();
  } catch (error) {
    globalThis.reportError(error);
  }
}

const secret = Symbol();

export class AbortSignal extends EventTarget {
  #aborted = false;
  #reason = undefined;
  #algorithms = new Set();
  #dependents = new Set();
  onabort = null;

  constructor(token) {
    if (token !== secret) {
      throw new TypeError('Illegal constructor');
    }

    super();
    defineProperty(this, 'onabort', { enumerable: false });
  }

  get aborted() {
    return this.#aborted;
  }

  get reason() {
    return this.#reason;
  }

  throwIfAborted() {
    if (this.#aborted) {
      throw this.#reason;
    }
  }

  static abort(reason) {
    const signal = new AbortSignal(secret);
    signal.#aborted = true;
    signal.#reason = reason === undefined ? new DOMException('This operation was aborted', 'AbortError') : reason;
    return signal;
  }

  static timeout(milliseconds) {
    if (!Number.isFinite(Number(milliseconds)) || milliseconds < 0) {
      throw new TypeError('AbortSignal.timeout takes milliseconds');
    }

    const signal = new AbortSignal(secret);
    setTimeout(() => signalAbort(signal, new DOMException('The operation was aborted due to timeout', 'TimeoutError')), milliseconds);
    return signal;
  }

  static any(signals) {
    const all = [...signals];
    const signal = new AbortSignal(secret);
    const first = all.find((source) => source.aborted);
    if (first !== undefined) {
      signal.#aborted = true;
      signal.#reason = first.reason;
    } else {
      all.forEach((source) => source.#dependents.add(signal));
    }

    return signal;
  }

  static signal(signal, reason) {
    if (signal.#aborted) {
      return;
    }

    const marked = [signal];
    for (const one of marked) {
      one.#aborted = true;
      one.#reason = reason;
      marked.push(...[...one.#dependents].filter((dependent) => !dependent.#aborted && !marked.includes(dependent)));
    }

    for (const one of marked) {
      one.#algorithms.forEach((algorithm) => algorithm(reason));
      one.#algorithms.clear();
      const event = new Event('abort');
      if (typeof one.onabort === 'function') {
        one.addEventListener('abort', one.onabort, { once: true });
      }

      one.dispatchEvent(event);
    }
  }

  static whenAborted(signal, algorithm) {
    if (signal.#aborted) {
      algorithm(signal.#reason);
    } else {
      signal.#algorithms.add(algorithm);
    }

    return () => signal.#algorithms.delete(algorithm);
  }
}

const signalAbort = AbortSignal.signal;

/** Calls a function when a signal is aborted, or at once; gives what takes that back. */
export const { whenAborted } = AbortSignal;
delete AbortSignal.signal;
delete AbortSignal.whenAborted;

export class AbortController {
  #signal = new AbortSignal(secret);

  get signal() {
    return this.#signal;
  }

  abort(reason) {
    signalAbort(this.#signal, reason === undefined ? new DOMException('This operation was aborted', 'AbortError') : reason);
  }
}

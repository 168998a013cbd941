"use strict";
// The timers of a test. While a test sleeps, the candidate must go on: its event loop is what runs until the next of these
// timers is due. So they are kept here, and not by Node, which would let this process sleep instead.

const { promisify } = require("node:util");

/** @typedef {(...values: unknown[]) => unknown} AnyFunction */

/** Node takes longer ones for 1 ms. */
const longest = 2 ** 31 - 1;

/** @param {unknown} milliseconds */
function delayOf(milliseconds) {
  const delay = Number(milliseconds);
  return delay >= 1 && delay <= longest ? Math.trunc(delay) : 1;
}

class Timer {
  /** @param {Timers} timers @param {number} id @param {() => void} fire @param {number} delay @param {boolean} repeats */
  constructor(timers, id, fire, delay, repeats) {
    this.timers = timers;
    this.id = id;
    this.fire = fire;
    this.delay = delay;
    this.repeats = repeats;
    this.keepsAlive = true;
    this.due = performance.now() + delay;
  }

  ref() {
    this.keepsAlive = true;
    return this;
  }

  unref() {
    this.keepsAlive = false;
    return this;
  }

  hasRef() {
    return this.keepsAlive;
  }

  refresh() {
    this.due = performance.now() + this.delay;
    return this;
  }

  close() {
    this.timers.clear(this);
    return this;
  }

  [Symbol.toPrimitive]() {
    return this.id;
  }
}

class Timers {
  #next = 1;
  /** @type {Map<number, Timer>} */
  #waiting = new Map();

  /** @param {unknown} used @param {unknown} milliseconds @param {unknown[]} values @param {boolean} repeats */
  #start(used, milliseconds, values, repeats) {
    if (typeof used !== "function") throw new TypeError(`a timer calls a function, not ${typeof used}`);
    const fire = () => void Reflect.apply(/** @type {AnyFunction} */ (used), undefined, values);
    const timer = new Timer(this, this.#next++, fire, delayOf(milliseconds), repeats);
    this.#waiting.set(timer.id, timer);
    return timer;
  }

  /** @param {unknown} timer or its number */
  clear(timer) {
    this.#waiting.delete(timer instanceof Timer ? timer.id : Number(timer));
  }

  /** A new test begins. */
  reset() {
    this.#waiting.clear();
  }

  /** @returns {Timer | undefined} the one that is due first, if any is that keeps the test waiting */
  #first() {
    const timers = [...this.#waiting.values()];
    if (!timers.some(({ keepsAlive }) => keepsAlive)) return undefined;
    return timers.reduce((first, timer) => (timer.due < first.due ? timer : first));
  }

  /** Milliseconds until the next one is due; undefined when the test waits for none. @returns {number | undefined} */
  get left() {
    const first = this.#first();
    return first && Math.max(0, Math.ceil(first.due - performance.now()));
  }

  /** Calls the function of the next one if it is due. @returns {boolean} whether it was */
  fireNext() {
    const timer = this.#first();
    if (timer === undefined || timer.due > performance.now()) return false;
    if (timer.repeats) timer.refresh();
    else this.#waiting.delete(timer.id);
    timer.fire();
    return true;
  }

  /** What a test calls. @returns {Record<string, AnyFunction>} */
  functions() {
    /** @param {unknown} used @param {unknown} [milliseconds] @param {unknown[]} values */
    const setTimeout = (used, milliseconds, ...values) => this.#start(used, milliseconds, values, false);
    /** @param {unknown} used @param {unknown} [milliseconds] @param {unknown[]} values */
    const setInterval = (used, milliseconds, ...values) => this.#start(used, milliseconds, values, true);
    /** @param {unknown} timer */
    const clear = (timer) => this.clear(timer);
    /** @param {unknown} milliseconds @param {unknown} value */
    const sleep = (milliseconds, value) => new Promise((resolve) => setTimeout(resolve, milliseconds, value));
    Object.defineProperty(setTimeout, promisify.custom, { value: sleep });
    return { setTimeout, setInterval, clearTimeout: clear, clearInterval: clear };
  }
}

exports.Timers = Timers;

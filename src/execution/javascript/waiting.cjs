"use strict";
// What a test still waits for when nothing is left to happen. A test that waits has not made its assertions, and must not
// count as passed: an object whose `then` does nothing would otherwise end every asynchronous test quietly.

const assert = require("node:assert");
const v8 = require("node:v8");

/** Promises that were left behind on purpose, or that the sandbox itself looks at. */
const notAwaited = /at (Function|Promise)\.(race|any) |exports\.cjs/;

/** What Node's `assert` offers that a test may have imported by its own name. */
const assertions = Object.keys(assert).filter((name) => /^[a-z]/.test(name) && !/^(fail|ifError|strict)$/.test(name));

/** A function that makes an assertion when it is called, other than "this must not be called". */
const checks = new RegExp(`\\bassert\\b|(?<![.\\w])(${assertions.join("|")})\\(`);
const forbids = /assert\.(fail|ifError)\b|assert\(\s*(false|!)/;

/** @type {WeakMap<object, boolean>} */
const known = new WeakMap();

/** @param {unknown} value @returns {boolean} */
function isCheck(value) {
  if (typeof value !== "function") return false;
  let is = known.get(value);
  if (is === undefined) {
    const text = Function.prototype.toString.call(value);
    is = checks.test(text) && !forbids.test(text);
    known.set(value, is);
  }
  return is;
}

class Waiting {
  /** @type {Set<Promise<unknown>>} what comes after `await`, or from `then`, and was not reached */
  #notReached = new Set();
  #wasGivenChecks = false;
  #wasCalledBack = false;
  /** How often the candidate has called a function of the test. */
  calls = 0;

  /** Watches all promises of this process from now on. */
  watch() {
    v8.promiseHooks.onInit((promise, parent) => {
      if (parent !== undefined && !notAwaited.test(`${new Error().stack}`)) this.#notReached.add(promise);
    });
    for (const listen of [v8.promiseHooks.onBefore, v8.promiseHooks.onSettled]) {
      listen((promise) => void this.#notReached.delete(promise));
    }
  }

  /** A new test begins. */
  reset() {
    this.#notReached.clear();
    this.#wasGivenChecks = this.#wasCalledBack = false;
  }

  /** @param {unknown[]} values what the candidate was given */
  given(values) {
    this.#wasGivenChecks ||= values.some(isCheck);
  }

  /** @param {unknown} used function that the candidate calls */
  called(used) {
    this.calls++;
    this.#wasCalledBack ||= isCheck(used);
  }

  /** What the test waits for in vain, if anything. @returns {string | undefined} */
  get reason() {
    if (this.#notReached.size > 0) return "the test still waited for the program when nothing was left to happen";
    if (this.#wasGivenChecks && !this.#wasCalledBack)
      return "the program never called the function that checks its result";
    return undefined;
  }
}

exports.Waiting = Waiting;

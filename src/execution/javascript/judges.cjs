"use strict";
// What an object of the other side may answer when a test asks it about values. Whatever it answers must not depend on
// what it is compared with, nor differ from one question to the next.

const { comparingNames, conversionNames, judgingNames } = require("./members.cjs");

/** @typedef {import("./exports.cjs").AnyFunction} AnyFunction */

class Judges {
  /** @type {Set<unknown>} what may be asked to judge a value: functions that the test names, and objects that it made */
  trusted = new Set();
  /** @type {WeakMap<object, Map<string, unknown>>} what objects were converted to since they were last used otherwise */
  #answers = new WeakMap();
  #isConverting = false;

  /**
   * @param {boolean} wary whether objects that this side did not ask for are kept from judging values
   * @param {{ isForeign: (value: unknown) => boolean, isChanged: (value: object) => boolean }} about whether a value belongs
   *   to the other side, and whether this side has changed it since
   */
  constructor(wary, { isForeign, isChanged }) {
    this.wary = wary;
    this.isForeign = isForeign;
    this.isChanged = isChanged;
  }

  /** Whether a data object may have a property: not a function in the place of a built-in one. @param {string} key @param {unknown} value */
  admits(key, value) {
    if (!this.wary || typeof value !== "function") return true;
    return !judgingNames.has(key) && !comparingNames.has(key) && !conversionNames.has(key);
  }

  /** Throws when an object is asked to judge a value and may not. @param {unknown} owner @param {string} key @param {unknown[]} values */
  check(owner, key, values) {
    if (!this.wary || values.length === 0 || this.trusted.has(owner)) return;
    // Two objects of the other side may be compared with each other; it made both.
    const isJudging = judgingNames.has(key) || (comparingNames.has(key) && !values.every(this.isForeign));
    if (!isJudging) return;
    throw new TypeError(`${key} of an object that the test did not make is not asked to judge a value`);
  }

  /**
   * A conversion (`valueOf`, `toString`…) gives the same answer until the other side has had something else to do:
   * otherwise one value could be below 5 and above 4.
   * @param {object} owner @param {string} key @param {unknown[]} values @param {() => unknown} convert @returns {unknown}
   */
  convert(owner, key, values, convert) {
    if (!conversionNames.has(key)) return convert();
    return this.remember(owner, `${key} ${typeof values[0] === "string" ? values[0] : ""}`, convert);
  }

  /**
   * What an object answers, the same until the other side has had something else to do.
   * @param {object} owner @param {string} question @param {() => unknown} ask @returns {unknown}
   */
  remember(owner, question, ask) {
    if (!this.wary || this.isChanged(owner)) return ask();
    const known = this.#answers.get(owner);
    if (known?.has(question)) return known.get(question);
    this.#isConverting = true;
    try {
      const answer = ask();
      const answers = this.#answers.get(owner) ?? new Map();
      this.#answers.set(owner, answers.set(question, answer));
      return answer;
    } finally {
      this.#isConverting = false;
    }
  }

  /** The other side has something to do. */
  forget() {
    if (!this.#isConverting) this.#answers = new WeakMap();
  }

  /** An own function of an object of the other side. @param {object} owner @param {string} key @param {AnyFunction} method @returns {AnyFunction} */
  guarded(owner, key, method) {
    return (...values) => {
      this.check(owner, key, values);
      return this.convert(owner, key, values, () => Reflect.apply(method, owner, values));
    };
  }
}

exports.Judges = Judges;

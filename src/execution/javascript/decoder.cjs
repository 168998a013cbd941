"use strict";
// Objects from a frame's table (`codec.cjs`). Only the shapes below are ever built, each from content that was checked,
// so nothing that a candidate writes can run code in the tester or reach an object that it was not given.

const { types } = require("node:util");
const { ProtocolError, define, entryOf, listOf, pairOf, textOf, wholeNumberOf } = require("./shapes.cjs");

/**
 * @typedef {import("./codec.cjs").Entry} Entry
 * @typedef {import("./codec.cjs").Handles} Handles
 * @typedef {import("./realm.cjs").Realm} Realm
 */

/** Longer lists are not sent as a length without items: a test that goes through one would not come back. */
const longestSparseList = 2 ** 25;

const specialNumbers = new Map(["-0", "NaN", "Infinity", "-Infinity"].map((text) => [text, Number(text)]));

/** @param {unknown} text @returns {Buffer} */
const bytesOf = (text) => Buffer.from(textOf(text), "base64");

/** @param {object} target puts nothing in place of what was there */
function empty(target) {
  for (const key of Object.keys(target)) Reflect.deleteProperty(target, key);
}

class Decoder {
  /** @type {object[]} */
  list;

  /**
   * @param {Realm} realm
   * @param {Handles} handles
   * @param {unknown} entries
   * @param {object[]} known objects that both sides have already, by index
   */
  constructor(realm, handles, entries, known = []) {
    this.realm = realm;
    this.handles = handles;
    this.list = [...known];
    const table = listOf(entries).map(entryOf);
    for (const entry of table) this.list.push(this.#shell(entry));
    for (const [at, entry] of table.entries()) this.fill(entry, this.object(known.length + at));
  }

  /** @param {unknown} index @returns {object} */
  object(index) {
    return /** @type {object} */ (this.list[wholeNumberOf(index, 0, this.list.length - 1)]);
  }

  /** @param {unknown} atom @returns {unknown} */
  value(atom) {
    if (atom !== null && typeof atom === "object" && Object.hasOwn(atom, "p") && Object.keys(atom).length === 1) {
      return this.object(/** @type {{ p: unknown }} */ (atom).p);
    }
    return this.#primitive(atom);
  }

  /** @param {unknown} atom @returns {unknown} */
  #primitive(atom) {
    if (typeof atom === "number" || typeof atom === "string" || typeof atom === "boolean" || atom === null) return atom;
    const tags = Object.keys(/** @type {object} */ (atom ?? {}));
    const tag = tags.length === 1 && !Array.isArray(atom) ? `${tags[0]}` : "";
    const content = /** @type {{ [tag: string]: unknown }} */ (atom)?.[tag];
    if (tag === "u") return undefined;
    if (tag === "n" && specialNumbers.has(textOf(content))) return specialNumbers.get(textOf(content));
    if (tag === "b" && /^-?\d+$/.test(textOf(content))) return BigInt(textOf(content));
    if (tag !== "y") throw new ProtocolError("there is no such kind of value");
    const [key, description] = pairOf(content);
    if (key !== null) return Symbol.for(textOf(key));
    return Symbol(description === null ? undefined : textOf(description));
  }

  /** @param {unknown} atom @returns {number} */
  #number(atom) {
    const number = this.#primitive(atom);
    if (typeof number !== "number") throw new ProtocolError("a number was expected");
    return number;
  }

  /** @param {Entry} entry @returns {object} */
  #shell(entry) {
    const [kind, first, second] = entry;
    switch (kind) {
      case "a":
      case "A":
        return [];
      case "o":
        return {};
      case "O":
        return Object.create(null);
      case "m":
        return new Map();
      case "s":
        return new Set();
      case "d":
        return new Date(this.#number(first));
      case "x":
        return new RegExp(textOf(first), textOf(second));
      case "t":
        return this.#typedArray(textOf(first), bytesOf(second));
      case "T":
        return new Uint8Array(bytesOf(first)).buffer;
      case "w":
        return Object(this.#primitive(first));
      default:
        return this.handles.shell(entry);
    }
  }

  /** @param {string} name @param {Buffer} bytes */
  #typedArray(name, bytes) {
    if (name === "Buffer") return bytes;
    const Class = /^(Big)?(Ui|I)nt\d+(Clamped)?Array$|^Float\d+Array$/.test(name)
      ? this.realm.builtinClass(name)
      : undefined;
    if (Class === undefined) throw new ProtocolError("there is no such typed array");
    return new Class(new Uint8Array(bytes).buffer);
  }

  /**
   * Puts an entry's content into its object, in place of what was there.
   * @param {Entry} entry @param {object} target
   */
  fill(entry, target) {
    const [kind, first, second, third] = entry;
    if (kind === "a" && Array.isArray(target)) {
      target.length = 0;
      for (const atom of listOf(first)) target.push(this.value(atom));
    } else if (kind === "A" && Array.isArray(target)) {
      empty(target);
      target.length = wholeNumberOf(first, 0, longestSparseList);
      this.assign(target, second);
    } else if ((kind === "o" || kind === "O") && this.isPlain(target)) {
      empty(target);
      this.assign(target, first);
    } else if (kind === "m" && types.isMap(target)) {
      target.clear();
      for (const pair of listOf(first)) {
        const [key, value] = pairOf(pair);
        target.set(this.value(key), this.value(value));
      }
    } else if (kind === "s" && types.isSet(target)) {
      target.clear();
      for (const atom of listOf(first)) target.add(this.value(atom));
    } else if (kind === "d" && types.isDate(target)) {
      target.setTime(this.#number(first));
    } else if (kind === "x" && types.isRegExp(target)) {
      target.lastIndex = wholeNumberOf(third);
    } else if (kind === "t" && ArrayBuffer.isView(target)) {
      new Uint8Array(target.buffer, target.byteOffset).set(bytesOf(second).subarray(0, target.byteLength));
    } else if (kind === "T" && types.isAnyArrayBuffer(target)) {
      new Uint8Array(target).set(bytesOf(first).subarray(0, target.byteLength));
    } else if (!(kind === "w" && types.isBoxedPrimitive(target))) {
      this.handles.fill(entry, target, this);
    }
  }

  /** @param {object} target @returns {boolean} whether it is an object of data, of no class */
  isPlain(target) {
    const prototype = Object.getPrototypeOf(target);
    return prototype === null || this.realm.builtinName(prototype) === "Object";
  }

  /** @param {object} target @param {unknown} pairs own properties to set */
  assign(target, pairs) {
    for (const pair of listOf(pairs)) {
      const [name, atom] = pairOf(pair);
      const key = textOf(name);
      const value = this.value(atom);
      if (this.handles.admits(key, value, target)) define(target, key, value);
    }
  }
}

exports.Decoder = Decoder;

"use strict";
// Values as JSON, in both directions between tester and candidate. A frame holds a flat table of objects, in which they
// refer to one another by index, so that cycles, shared parts and any depth survive. `decoder.cjs` reads what is written
// here. Behaviour (functions, classes, iterators, promises) crosses as a handle, which `handles.cjs` gives and takes.

const { types } = require("node:util");
const { properties } = require("./shapes.cjs");

/**
 * @typedef {null | boolean | number | string | { [tag: string]: unknown }} Atom a primitive, or `{ p: index }` of an object
 * @typedef {[kind: string, ...content: unknown[]]} Entry one object
 * @typedef {import("./realm.cjs").Realm} Realm
 *
 * @typedef {object} Handles
 * @property {(value: object, encoder: Encoder) => Entry | undefined} encode entry of a value that crosses as a handle
 * @property {(entry: Entry) => object} shell the object of a handle's entry, not yet filled
 * @property {(entry: Entry, target: object, decoder: import("./decoder.cjs").Decoder) => void} fill
 * @property {(key: string, value: unknown, target: object) => boolean} admits whether an object may have that property
 */

class Encoder {
  /** @type {object[]} every object of the frame, known ones first */
  list;
  /** @type {Map<object, number>} */
  #index = new Map();
  #known;

  /**
   * @param {Realm} realm
   * @param {Handles} handles
   * @param {object[]} known objects that both sides have already, by index
   */
  constructor(realm, handles, known = []) {
    this.realm = realm;
    this.handles = handles;
    this.list = [...known];
    this.#known = known.length;
    for (const [index, object] of known.entries()) this.#index.set(object, index);
  }

  /** @param {unknown} value @returns {Atom} */
  atom(value) {
    switch (typeof value) {
      case "undefined":
        return { u: 1 };
      case "number":
        return Number.isFinite(value) && !Object.is(value, -0)
          ? value
          : { n: Object.is(value, -0) ? "-0" : `${value}` };
      case "bigint":
        return { b: `${value}` };
      case "symbol":
        return { y: [Symbol.keyFor(value) ?? null, value.description ?? null] };
      case "string":
      case "boolean":
        return value;
      default:
        return value === null ? null : { p: this.#indexOf(/** @type {object} */ (value)) };
    }
  }

  /** @param {object} value */
  #indexOf(value) {
    let index = this.#index.get(value);
    if (index === undefined) {
      index = this.list.push(value) - 1;
      this.#index.set(value, index);
    }
    return index;
  }

  /** Whether both sides had the object before this frame. @param {object} value */
  isKnown(value) {
    return (this.#index.get(value) ?? this.#known) < this.#known;
  }

  /** Entries of all objects that were met and that the other side does not know. @returns {Entry[]} */
  entries() {
    /** @type {Entry[]} */
    const entries = [];
    for (let index = this.#known; index < this.list.length; index++) {
      entries.push(this.entry(/** @type {object} */ (this.list[index])));
    }
    return entries;
  }

  /** @param {object} value @returns {Entry} */
  entry(value) {
    const handle = this.handles.encode(value, this);
    if (handle !== undefined) return handle;
    if (Array.isArray(value)) return this.#array(value);
    if (types.isMap(value))
      return ["m", [...Map.prototype.entries.call(value)].map((pair) => pair.map((x) => this.atom(x)))];
    if (types.isSet(value)) return ["s", [...Set.prototype.values.call(value)].map((x) => this.atom(x))];
    if (types.isDate(value)) return ["d", this.atom(Date.prototype.getTime.call(value))];
    if (types.isRegExp(value)) return ["x", value.source, value.flags, value.lastIndex];
    if (ArrayBuffer.isView(value) && !types.isDataView(value)) {
      const name = Buffer.isBuffer(value) ? "Buffer" : value.constructor.name;
      return ["t", name, Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString("base64")];
    }
    if (types.isAnyArrayBuffer(value)) return ["T", Buffer.from(value).toString("base64")];
    if (types.isBoxedPrimitive(value)) return ["w", this.atom(value.valueOf())];
    return [Object.getPrototypeOf(value) === null ? "O" : "o", this.pairs(properties(value))];
  }

  /** @param {[string, unknown][]} pairs @returns {[string, Atom][]} */
  pairs(pairs) {
    return pairs.map(([key, value]) => [key, this.atom(value)]);
  }

  /** @param {unknown[]} value @returns {Entry} */
  #array(value) {
    const keys = Object.keys(value);
    if (keys.length === value.length && (value.length === 0 || keys[value.length - 1] === `${value.length - 1}`)) {
      return ["a", Array.from(value, (x) => this.atom(x))];
    }
    return ["A", value.length, this.pairs(properties(value))];
  }
}

exports.Encoder = Encoder;

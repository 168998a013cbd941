"use strict";
// What this side has handed out as handles, and how a handle is described to the other side.

const { types } = require("node:util");
const { ProtocolError, dataProperties, properties } = require("./shapes.cjs");
const { hiddenErrorKeys, membersOf, ownMembers } = require("./members.cjs");

/**
 * @typedef {import("./codec.cjs").Atom} Atom
 * @typedef {import("./codec.cjs").Entry} Entry
 * @typedef {import("./codec.cjs").Encoder} Encoder
 * @typedef {import("./realm.cjs").Realm} Realm
 * @typedef {(...values: unknown[]) => unknown} AnyFunction
 * @typedef {{ name: string, length: number, parent: Atom, members: [string, string][], statics: [string, string][] }} Description
 */

class ExportTable {
  #next = 1;
  /** @type {Map<number, object>} */
  #values = new Map();
  /** @type {WeakMap<object, number>} */
  #ids = new WeakMap();
  /** @type {WeakSet<object>} */
  #instances = new WeakSet();
  /** @type {{ id: number, ok: boolean, value: unknown }[]} promises that have settled since the last report */
  settled = [];
  /** Called when a promise settles. @type {() => void} */
  onSettled = () => undefined;

  /** @param {Realm} realm @param {(error: Error) => number | undefined} lineOf line of the program that raised an error */
  constructor(realm, lineOf) {
    this.realm = realm;
    this.lineOf = lineOf;
  }

  /** @param {object} value */
  has(value) {
    return this.#ids.has(value);
  }

  /** Whether it was handed out with data of its own. @param {object} value */
  isInstance(value) {
    return this.#instances.has(value);
  }

  /** @param {number} id @returns {object} */
  value(id) {
    const value = this.#values.get(id);
    if (value === undefined) throw new ProtocolError("there is no such handle");
    return value;
  }

  /** @param {object} value @returns {number} */
  #idOf(value) {
    let id = this.#ids.get(value);
    if (id === undefined) {
      id = this.#next++;
      this.#values.set(id, value);
      this.#ids.set(value, id);
    }
    return id;
  }

  /** The entry of a value that crosses as a handle; undefined for plain data. @param {object} value @param {Encoder} encoder @returns {Entry | undefined} */
  encode(value, encoder) {
    if (typeof value === "function") return this.#encodeFunction(/** @type {AnyFunction} */ (value), encoder);
    if (types.isPromise(value)) return ["P", this.#exportPromise(value)];
    if (types.isNativeError(value)) return this.#encodeError(value, encoder);
    if (types.isGeneratorObject(value) || types.isMapIterator(value) || types.isSetIterator(value)) {
      return ["i", this.#idOf(value)];
    }
    if (Array.isArray(value) || types.isMap(value) || types.isSet(value) || types.isDate(value)) return undefined;
    if (types.isRegExp(value) || ArrayBuffer.isView(value) || types.isAnyArrayBuffer(value)) return undefined;
    const prototype = Object.getPrototypeOf(value);
    if (!this.realm.isBuiltin(prototype)) return this.#encodeInstance(value, prototype, encoder);
    if (typeof Reflect.get(value, "next") === "function") return ["i", this.#idOf(value)];
    if (encoder.isKnown(value) && !this.has(value)) {
      // It is the other side's: what a getter gives now takes the place of the getter.
      const own = properties(value);
      if (own.every(([, property]) => typeof property !== "function")) return undefined;
      return this.#instanceEntry(value, null, encoder.pairs(own), []);
    }
    if (membersOf(value, false).length === 0) return undefined;
    return this.#instanceEntry(value, null, encoder.pairs(dataProperties(value)), ownMembers(value));
  }

  /** @param {object} value @param {object} prototype @param {Encoder} encoder @returns {Entry} */
  #encodeInstance(value, prototype, encoder) {
    const Class = prototype.constructor;
    if (typeof Class === "function" && Class.prototype === prototype) {
      return this.#instanceEntry(value, encoder.atom(Class), encoder.pairs(dataProperties(value)), ownMembers(value));
    }
    /** @type {[string, unknown][]} */
    const pairs = [];
    for (const key in value) pairs.push([key, Reflect.get(value, key)]);
    return this.#instanceEntry(value, null, encoder.pairs(pairs), []);
  }

  /** @param {object} value @param {Atom} Class @param {[string, Atom][]} pairs @param {[string, string][]} members @returns {Entry} */
  #instanceEntry(value, Class, pairs, members) {
    this.#instances.add(value);
    return ["c", this.#idOf(value), Class, pairs, members];
  }

  /** @param {AnyFunction} value @param {Encoder} encoder @returns {Entry} */
  #encodeFunction(value, encoder) {
    const isNew = !this.#ids.has(value);
    const id = this.#idOf(value);
    if (this.realm.isBuiltin(value)) return ["f", id, null, this.realm.builtinClassName(value)];
    if (!isNew) return ["f", id, null];
    const parent = Object.getPrototypeOf(value.prototype ?? Object.prototype);
    const parentName = this.realm.builtinName(parent);
    const ParentClass = parent?.constructor;
    /** @type {Description} */
    const description = {
      name: `${value.name}`,
      length: Number(value.length),
      parent: parentName ?? (typeof ParentClass === "function" ? encoder.atom(ParentClass) : null),
      members: value.prototype ? membersOf(value.prototype, false) : [],
      statics: membersOf(value, true),
    };
    return ["f", id, description];
  }

  /** @param {Error} value @param {Encoder} encoder @returns {Entry} */
  #encodeError(value, encoder) {
    let prototype = Object.getPrototypeOf(value);
    const Class = this.realm.isBuiltin(prototype) ? null : prototype.constructor;
    while (prototype !== null && !this.realm.isBuiltin(prototype)) prototype = Object.getPrototypeOf(prototype);
    const own = properties(value).filter(([key]) => key !== "message" && key !== "stack" && key !== "name");
    const hidden = hiddenErrorKeys
      .filter((key) => Object.hasOwn(value, key))
      .map((key) => [key, Reflect.get(value, key)]);
    const base = this.realm.builtinName(prototype) ?? "Error";
    const line = this.lineOf(value) ?? null;
    const about = [base, encoder.atom(Class), `${value.name}`, `${value.message}`, line];
    this.#instances.add(value);
    return [
      "e",
      this.#idOf(value),
      about,
      encoder.pairs(own),
      encoder.pairs(/** @type {[string, unknown][]} */ (hidden)),
    ];
  }

  /** @param {Promise<unknown>} value */
  #exportPromise(value) {
    const isNew = !this.#ids.has(value);
    const id = this.#idOf(value);
    if (isNew) {
      /** @param {boolean} ok @returns {(value: unknown) => void} */
      const report = (ok) => (value) => {
        this.settled.push({ id, ok, value });
        this.onSettled();
      };
      value.then(report(true), report(false));
    }
    return id;
  }

  /** What has settled since the last report. */
  takeSettled() {
    return this.settled.splice(0);
  }

  /**
   * Whether the other side may use that member of a value: only of one that was handed out, and only what it was told
   * of, never what every object inherits (`constructor` would lead to `Function`, and that to running code here).
   * @param {string} operation @param {unknown} value @param {string} key
   */
  offers(operation, value, key) {
    if (value === null || (typeof value !== "object" && typeof value !== "function") || !this.has(value)) return false;
    const isFunction = typeof value === "function";
    for (let at = value; !this.realm.isBuiltin(at); at = Object.getPrototypeOf(at)) {
      const found = membersOf(at, isFunction).find(([member]) => member === key);
      // A method is not replaced: nothing of the other side's takes the place of what this side defined.
      if (found !== undefined) return operation !== "set" || found[1] !== "method";
    }
    return false;
  }
}

exports.ExportTable = ExportTable;

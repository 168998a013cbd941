"use strict";
// Handles of the other side's functions, classes, instances, iterators, promises and errors. A handle looks like what it
// stands for, holds a snapshot of its own data, and asks the other side when it is used. Comparing handles compares
// snapshots, so that an object cannot adapt itself to what it is compared with.

const { Judges } = require("./judges.cjs");
const { hiddenErrorKeys } = require("./members.cjs");
const { keyOf } = require("./realm.cjs");
const {
  ProtocolError,
  dataProperties,
  define,
  listOf,
  pairOf,
  recordOf,
  textOf,
  wholeNumberOf,
} = require("./shapes.cjs");

/**
 * @typedef {import("./codec.cjs").Entry} Entry
 * @typedef {import("./codec.cjs").Encoder} Encoder
 * @typedef {import("./decoder.cjs").Decoder} Decoder
 * @typedef {import("./realm.cjs").Realm} Realm
 * @typedef {import("./exports.cjs").AnyFunction} AnyFunction
 * @typedef {(operation: string, values: unknown[]) => unknown} Ask
 */

const errorNames = "Error TypeError RangeError SyntaxError ReferenceError EvalError URIError AggregateError".split(" ");

class ImportTable {
  /** @type {Map<number, [kind: string, value: object]>} */
  #values = new Map();
  /** @type {WeakMap<object, number>} */
  #ids = new WeakMap();
  /** @type {WeakMap<object, Map<string, unknown>>} own data of instances as it was received */
  #snapshots = new WeakMap();
  /** @type {Map<number, (ok: boolean, value: unknown) => void>} promises that are not settled */
  #waiting = new Map();
  /** @type {WeakMap<object, number | undefined>} errors of the other side, with the line that raised them */
  errors = new WeakMap();
  /** @type {Set<unknown>} scopes of a test: calling a name of theirs makes them `this`, which the candidate must not see */
  scopes = new Set();

  /**
   * @param {Realm} realm
   * @param {Ask} ask has the other side do something
   * @param {boolean} wary whether objects that this side did not ask for are kept from judging values
   */
  constructor(realm, ask, wary) {
    this.realm = realm;
    this.judges = new Judges(wary, {
      isForeign: (value) => this.#ids.has(/** @type {object} */ (value)),
      isChanged: (value) => this.#changes(value).length > 0,
    });
    /** @type {Ask} */
    this.ask = (operation, values) => {
      this.judges.forget();
      return ask(operation, values);
    };
  }

  get hasUnsettled() {
    return this.#waiting.size > 0;
  }

  /** The entry that gives a handle back to its owner; undefined for what is no handle. @param {object} value @param {Encoder} encoder @returns {Entry | undefined} */
  encode(value, encoder) {
    const id = this.#ids.get(value);
    return id === undefined ? undefined : ["k", id, encoder.pairs(this.#changes(value))];
  }

  /** @param {object} value an instance @returns {[string, unknown][]} what was changed on this side */
  #changes(value) {
    const snapshot = this.#snapshots.get(value);
    if (snapshot === undefined) return [];
    return dataProperties(value).filter(
      ([key, property]) => !snapshot.has(key) || !Object.is(snapshot.get(key), property),
    );
  }

  /** The handle of an entry, not yet filled. @param {Entry} entry @returns {object} */
  shell(entry) {
    const [kind, first, about] = entry;
    const id = wholeNumberOf(first, 1);
    const [knownKind, known] = this.#values.get(id) ?? [kind];
    if (knownKind !== kind) throw new ProtocolError("that handle is of another kind");
    if (known !== undefined) return known;
    const made =
      kind === "e" ? this.#errorShell(listOf(about)[0]) : (this.#ownClass(entry) ?? this.#newShell(kind, id));
    this.#values.set(id, [kind, made]);
    this.#ids.set(made, id);
    return made;
  }

  /** @param {unknown} base name of a class @returns {object} */
  #errorShell(base) {
    const name = textOf(base);
    const Class = errorNames.includes(name) ? this.realm.builtinClass(name) : undefined;
    if (Class === undefined) return new Error();
    return name === "AggregateError" ? new Class([]) : new Class();
  }

  /**
   * A candidate that is given `Array` or `Number` finds its own in their place, with which it can ask `instanceof`. Its own
   * never take the place of the tester's.
   * @param {Entry} entry
   */
  #ownClass([kind, , , name]) {
    return kind === "f" && typeof name === "string" && !this.judges.wary ? this.realm.builtinClass(name) : undefined;
  }

  /** @param {string} kind @param {number} id */
  #newShell(kind, id) {
    if (kind === "f") return this.#stub();
    if (kind === "c") return {};
    if (kind === "i") return this.#iterator();
    if (kind !== "P") throw new ProtocolError("there is no such kind of object");
    /** @type {Promise<unknown>} */
    const promise = new Promise((resolve, reject) => {
      this.#waiting.set(id, (ok, value) => (ok ? resolve(value) : reject(value)));
    });
    return promise;
  }

  #stub() {
    const { ask, scopes } = this;
    const { trusted } = this.judges;
    const ids = this.#ids;
    const stub = /** @this {unknown} @param {unknown[]} values */ function (...values) {
      if (new.target === undefined) return ask("call", [stub, scopes.has(this) ? undefined : this, ...values]);
      const made = /** @type {object} */ (ask("new", [stub, ...values]));
      if (new.target !== stub && ids.has(made)) Object.setPrototypeOf(made, new.target.prototype);
      if (trusted.has(stub)) trusted.add(made);
      return made;
    };
    return stub;
  }

  #iterator() {
    const { ask } = this;
    /** @type {Record<PropertyKey, AnyFunction>} */
    const iterator = {};
    for (const step of ["next", "return", "throw"]) {
      iterator[step] = (...values) => ask("step", [iterator, step, ...values]);
    }
    for (const symbol of [Symbol.iterator, Symbol.asyncIterator]) iterator[symbol] = () => iterator;
    return iterator;
  }

  /** @param {Entry} entry @param {object} target @param {Decoder} decoder */
  fill(entry, target, decoder) {
    const [kind, id, about, content, members] = entry;
    const isMine = this.#ids.get(target) === id;
    if (kind === "c" && (isMine || (!this.#ids.has(target) && decoder.isPlain(target)))) {
      this.#fillInstance(target, isMine ? decoder.value(about) : null, content, decoder);
      if (isMine) for (const member of listOf(members)) this.#defineMember(target, pairOf(member));
    } else if (!isMine) {
      throw new ProtocolError("that is another object");
    } else if (kind === "e") {
      this.#fillError(entry, /** @type {Error} */ (target), decoder);
    } else if (kind === "f" && about !== null) {
      this.#describe(/** @type {AnyFunction} */ (target), recordOf(about), decoder);
    }
  }

  /** @param {Entry} entry @param {Error} target @param {Decoder} decoder */
  #fillError([, , about, own, hidden], target, decoder) {
    const [, classAtom, name, message, line] = listOf(about);
    const Class = decoder.value(classAtom);
    if (typeof Class === "function") Object.setPrototypeOf(target, Class.prototype);
    const concealed = listOf(hidden).map(pairOf);
    if (!concealed.every(([key]) => hiddenErrorKeys.includes(textOf(key))))
      throw new ProtocolError("that is not hidden");
    /** @param {string} key @param {unknown} value */
    const conceal = (key, value) => Object.defineProperty(target, key, { value, writable: true, configurable: true });
    conceal("message", textOf(message));
    conceal("name", textOf(name));
    for (const [key, atom] of concealed) conceal(textOf(key), decoder.value(atom));
    decoder.assign(target, own);
    this.#snapshots.set(target, new Map(dataProperties(target)));
    this.errors.set(target, line === null ? undefined : wholeNumberOf(line, 1));
  }

  /**
   * An instance of a class of the other side, or a plain object of this one that was given functions there.
   * @param {object} target @param {unknown} Class @param {unknown} pairs @param {Decoder} decoder
   */
  #fillInstance(target, Class, pairs, decoder) {
    if (typeof Class === "function") Object.setPrototypeOf(target, Class.prototype);
    for (const key of Object.keys(target)) Reflect.deleteProperty(target, key);
    for (const pair of listOf(pairs)) {
      const [name, atom] = pairOf(pair);
      const key = textOf(name);
      const value = decoder.value(atom);
      const isGuarded = !this.judges.admits(key, value);
      define(target, key, isGuarded ? this.judges.guarded(target, key, /** @type {AnyFunction} */ (value)) : value);
    }
    if (this.#ids.has(target)) this.#snapshots.set(target, new Map(dataProperties(target)));
  }

  /** @param {AnyFunction} stub @param {{ [key: string]: unknown }} description @param {Decoder} decoder */
  #describe(stub, description, decoder) {
    const own = { name: textOf(description.name), length: description.length };
    if (typeof own.length !== "number") throw new ProtocolError("a function has a length");
    for (const [key, value] of Object.entries(own)) Object.defineProperty(stub, key, { value, configurable: true });
    const { parent } = description;
    const Parent = typeof parent === "string" ? this.realm.builtinClass(parent) : decoder.value(parent);
    if (typeof Parent === "function") {
      Object.setPrototypeOf(stub.prototype, Parent.prototype);
      if (this.#ids.has(Parent)) Object.setPrototypeOf(stub, Parent);
    }
    for (const member of listOf(description.members)) this.#defineMember(stub.prototype, pairOf(member));
    for (const member of listOf(description.statics)) this.#defineMember(stub, pairOf(member));
  }

  /** @param {object} target @param {[key: unknown, kind: unknown]} member */
  #defineMember(target, [name, kind]) {
    const { ask, judges } = this;
    const key = textOf(name);
    if (key === "constructor") throw new ProtocolError("a class is not replaced");
    /** @type {PropertyDescriptor & ThisType<object>} */
    const accessor = {
      get() {
        // A getter could hand out the function that may not be called as a method.
        judges.check(this, key, [undefined]);
        const read = () => ask("get", [this, key]);
        // It looks like data, and data does not change while nothing happens.
        return kind === "property" ? judges.remember(this, key, read) : judges.convert(this, key, [], read);
      },
      set(value) {
        ask("set", [this, key, value]);
      },
    };
    const method = {
      writable: true,
      /** @this {object} @param {unknown[]} values */
      value(...values) {
        if (this === undefined || this === null) throw new TypeError(`${key} was called without its object`);
        judges.check(this, key, values);
        return judges.convert(this, key, values, () => ask("method", [this, key, ...values]));
      },
    };
    const property = kind === "method" ? method : accessor;
    Object.defineProperty(target, keyOf(key), { configurable: true, enumerable: kind === "property", ...property });
  }

  /** A promise of the other side has settled. @param {unknown} first its number @param {boolean} ok @param {unknown} value */
  settle(first, ok, value) {
    const id = wholeNumberOf(first, 1);
    const finish = this.#waiting.get(id);
    this.#waiting.delete(id);
    finish?.(ok, value);
  }
}

exports.ImportTable = ImportTable;

"use strict";
// One end of the conversation between tester and candidate. Both ends take turns: a request is answered by a reply, or by
// a request of the other side (a callback), which is served first.

const { Encoder } = require("./codec.cjs");
const { Decoder } = require("./decoder.cjs");
const { HandleTable } = require("./handles.cjs");
const { isEvaluator, keyOf } = require("./realm.cjs");
const { ProtocolError, entryOf, listOf, pairOf, textOf } = require("./shapes.cjs");

/**
 * @typedef {import("./codec.cjs").Entry} Entry
 * @typedef {{ q?: string, v?: unknown, r?: unknown, e?: unknown, o: unknown, m?: unknown }} Frame
 *
 * @typedef {object} Ends
 * @property {import("./realm.cjs").Realm} realm
 * @property {(frame: Frame) => Frame} exchange sends a frame and waits for the next one
 * @property {boolean} wary true in the tester
 * @property {(error: Error) => number | undefined} lineOf line of the program that raised an error
 * @property {(error: unknown) => void} [onBroken] told when the other side breaks the protocol
 * @property {(name: string) => unknown} [lookup] value of a name of the program
 * @property {(values: unknown[]) => void} [onAsk] told what the other side is given
 * @property {(used: unknown) => void} [onCall] told which function the other side calls
 * @property {(error: unknown) => void} [onThrow] told what this side's functions threw at the other side
 * @property {(error: unknown) => void} [onCatch] told what the other side threw at this one
 */

/** Entries of these kinds are values with content of their own that a call can change. */
const changeable = new Set(["a", "A", "o", "O", "m", "s", "d", "x", "t", "T", "c"]);

/** Entries of these kinds come back as the handles that they are, with what was changed. */
const returnable = new Set(["k", "e"]);

class Peer {
  /** @param {Ends} ends */
  constructor(ends) {
    this.realm = ends.realm;
    this.ends = ends;
    this.handles = new HandleTable(
      this.realm,
      (operation, values) => this.ask(operation, values),
      ends.wary,
      ends.lineOf,
    );
  }

  /**
   * Has the other side do something, serving its requests meanwhile. Throws what it threw.
   * @param {string} operation @param {unknown[]} values
   * @returns {unknown}
   */
  ask(operation, values) {
    this.ends.onAsk?.(values);
    const encoder = new Encoder(this.realm, this.handles);
    const atoms = values.map((value) => encoder.atom(value));
    const frame = this.converse({ q: operation, v: atoms, o: encoder.entries() });
    const [ok, value] = this.#decode(() => this.#readReply(frame, encoder.list));
    if (ok) return value;
    this.ends.onCatch?.(value);
    throw value;
  }

  /** Sends a frame, serves what the other side asks for, and returns its reply. @param {Frame} first @returns {Frame} */
  converse(first) {
    let frame = this.ends.exchange(first);
    while (frame.q !== undefined) frame = this.ends.exchange(this.serve(frame));
    return frame;
  }

  /** Throws what a reply says was thrown. @param {Frame} frame @returns {never} */
  rethrow(frame) {
    throw this.#decode(() => this.#readReply(frame, []))[1];
  }

  /**
   * Whatever goes wrong while a frame is decoded is the other side's fault.
   * @template Result @param {() => Result} decode @returns {Result}
   */
  #decode(decode) {
    try {
      return decode();
    } catch (error) {
      this.ends.onBroken?.(error);
      throw error instanceof ProtocolError ? error : new ProtocolError(`${error}`);
    }
  }

  /** @param {Frame} frame @param {object[]} known @returns {[ok: boolean, value: unknown]} */
  #readReply(frame, known) {
    const decoder = new Decoder(this.realm, this.handles, frame.o, known);
    for (const change of listOf(frame.m ?? [])) {
      const [index, content] = pairOf(change);
      const target = decoder.object(index);
      const entry = entryOf(content);
      const isOurs = typeof target === "function" || this.handles.given.has(target);
      if (isOurs !== (entry[0] === "k")) throw new ProtocolError("that object cannot be changed so");
      if (!Object.isFrozen(target)) decoder.fill(entry, target);
    }
    return "e" in frame ? [false, decoder.value(frame.e)] : [true, decoder.value(frame.r)];
  }

  /** Does what the other side asks for. @param {Frame} frame @returns {Frame} */
  serve(frame) {
    this.handles.received.judges.forget();
    const [decoder, values] = this.#decode(() => this.#readRequest(frame));
    try {
      return this.#reply("r", this.#perform(`${frame.q}`, values), frame, decoder.list);
    } catch (error) {
      this.ends.onThrow?.(error);
      return this.#reply("e", error, frame, decoder.list);
    }
  }

  /** @param {Frame} frame @returns {[decoder: Decoder, values: unknown[]]} */
  #readRequest(frame) {
    const decoder = new Decoder(this.realm, this.handles, frame.o);
    return [decoder, listOf(frame.v).map((atom) => decoder.value(atom))];
  }

  /** @param {"r" | "e"} kind @param {unknown} value @param {Frame} frame @param {object[]} known @returns {Frame} */
  #reply(kind, value, frame, known) {
    const encoder = new Encoder(this.realm, this.handles, known);
    const atom = encoder.atom(value);
    /** @type {[number, Entry][]} */
    const changes = [];
    for (const [index, object] of known.entries()) {
      const received = /** @type {Entry} */ (listOf(frame.o)[index]);
      if (typeof object === "function" || !(changeable.has(received[0]) || returnable.has(received[0]))) continue;
      const entry = encoder.entry(object);
      const isSame =
        entry[0] === "k" ? listOf(entry[2]).length === 0 : JSON.stringify(entry) === JSON.stringify(received);
      if (!isSame && (changeable.has(entry[0]) || entry[0] === "k")) changes.push([index, entry]);
    }
    return { [kind]: atom, o: encoder.entries(), ...(changes.length > 0 ? { m: changes } : {}) };
  }

  /** The reply that says what was thrown. @param {unknown} error @returns {Frame} */
  failure(error) {
    return this.#reply("e", error, { o: [] }, []);
  }

  /** @param {string} operation @param {unknown[]} values @returns {unknown} */
  #perform(operation, values) {
    const [first, second, ...rest] = values;
    if (operation === "lookup") return this.ends.lookup?.(textOf(first));
    if (typeof first !== "object" && typeof first !== "function") throw new ProtocolError("an object was expected");
    if (first === null || !this.handles.given.has(first)) throw new ProtocolError("that was not handed out");
    if (isEvaluator(first)) throw new ProtocolError("text is not run as code for the other side");
    switch (operation) {
      case "call":
        this.ends.onCall?.(first);
        return Reflect.apply(/** @type {(...values: unknown[]) => unknown} */ (first), second, rest);
      case "new":
        return Reflect.construct(/** @type {new (...values: unknown[]) => object} */ (first), values.slice(1));
      case "method":
      case "get":
      case "set":
        return this.#useMember(operation, first, textOf(second), rest);
      case "step":
        return this.#step(/** @type {Record<string, (value: unknown) => unknown>} */ (first), textOf(second), rest[0]);
      default:
        throw new ProtocolError("there is no such request");
    }
  }

  /** @param {string} operation @param {object} target @param {string} text @param {unknown[]} rest @returns {unknown} */
  #useMember(operation, target, text, rest) {
    if (!this.handles.given.offers(operation, target, text))
      throw new TypeError(`${text} is not a member of that object`);
    const key = keyOf(text);
    if (operation === "get") return Reflect.get(target, key);
    if (operation === "set") return Reflect.set(target, key, rest[0]);
    return Reflect.apply(Reflect.get(target, key), target, rest);
  }

  /** @param {Record<string, (value: unknown) => unknown>} iterator @param {string} step @param {unknown} value */
  #step(iterator, step, value) {
    if (!["next", "return", "throw"].includes(step)) throw new ProtocolError("that is no step of an iterator");
    const method = iterator[step];
    if (method !== undefined) return Reflect.apply(method, iterator, [value]);
    if (step === "throw") throw value;
    return { done: true, value };
  }

  /**
   * A frame that says which promises of this side have settled.
   * @param {"q" | "r"} kind @param {number | null} milliseconds after which something is due on this side
   * @returns {Frame}
   */
  settledFrame(kind, milliseconds = null) {
    const encoder = new Encoder(this.realm, this.handles);
    const settled = this.handles.given.takeSettled();
    for (const { ok, value } of settled) if (!ok) this.ends.onThrow?.(value);
    const atom = encoder.atom(settled.map(({ id, ok, value }) => [id, ok, value]));
    const head = kind === "q" ? { q: "run", v: [atom, milliseconds] } : { r: atom };
    return { ...head, o: encoder.entries() };
  }

  /** Settles what the other side's frame says has settled there. @param {Frame} frame @returns {boolean} whether anything did */
  receiveSettled(frame) {
    this.handles.received.judges.forget();
    return this.#decode(() => {
      const decoder = new Decoder(this.realm, this.handles, frame.o);
      const atom = frame.q === undefined ? frame.r : listOf(frame.v)[0];
      const settled = listOf(decoder.value(atom));
      for (const item of settled) {
        const [id, ok, value] = listOf(item);
        if (ok !== true) this.ends.onCatch?.(value);
        this.handles.received.settle(id, ok === true, value);
      }
      return settled.length > 0;
    });
  }
}

exports.Peer = Peer;

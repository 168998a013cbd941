"use strict";
// What a frame may consist of. A hostile candidate writes whatever JSON can say: nothing of it is used as an index, a key,
// a length or a list before it went through here.

/**
 * @typedef {import("./peer.cjs").Frame} Frame
 * @typedef {import("./codec.cjs").Entry} Entry
 */

/** The peer sent something that no honest codec writes. */
class ProtocolError extends Error {}

/** @param {unknown} value @returns {unknown[]} */
function listOf(value) {
  if (!Array.isArray(value)) throw new ProtocolError("a list was expected");
  return value;
}

/** @param {unknown} value @returns {[unknown, unknown]} */
function pairOf(value) {
  const list = listOf(value);
  if (list.length !== 2) throw new ProtocolError("a pair was expected");
  return /** @type {[unknown, unknown]} */ (list);
}

/** @param {unknown} value @returns {Entry} */
function entryOf(value) {
  const list = listOf(value);
  if (typeof list[0] !== "string") throw new ProtocolError("the kind of an object was expected");
  return /** @type {Entry} */ (list);
}

/** @param {unknown} value @returns {string} */
function textOf(value) {
  if (typeof value !== "string") throw new ProtocolError("a text was expected");
  return value;
}

/** @param {unknown} value @param {number} least @param {number} most @returns {number} */
function wholeNumberOf(value, least = 0, most = Number.MAX_SAFE_INTEGER) {
  if (!Number.isSafeInteger(value) || Number(value) < least || Number(value) > most) {
    throw new ProtocolError(`a whole number from ${least} to ${most} was expected`);
  }
  return Number(value);
}

/** @param {unknown} value @returns {{ [key: string]: unknown }} of own properties only, as JSON.parse makes it */
function recordOf(value) {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new ProtocolError("an object was expected");
  }
  return Object.assign(Object.create(null), value);
}

/** @param {unknown} value @returns {Frame} a request or a reply; what it holds is checked when it is decoded */
function frameOf(value) {
  const keys = typeof value === "object" && value !== null ? Object.keys(value).sort().join("") : "";
  const { q, v, o, m } = /** @type {Frame} */ (value ?? {});
  const isRequest = keys === "oqv" && typeof q === "string" && Array.isArray(v);
  const isReply = ["or", "eo", "mor", "emo"].includes(keys) && (m === undefined || Array.isArray(m));
  if (!(isRequest || isReply) || !Array.isArray(o)) throw new ProtocolError("a frame was expected");
  return /** @type {Frame} */ (value);
}

/** @param {object} value @returns {[string, unknown][]} own enumerable properties */
function properties(value) {
  return Object.keys(value).map((key) => [key, /** @type {Record<string, unknown>} */ (value)[key]]);
}

/** @param {object} value @param {string} key @returns {boolean} whether reading the property calls a function */
function isAccessor(value, key) {
  const property = Reflect.getOwnPropertyDescriptor(value, key);
  return property?.get !== undefined || property?.set !== undefined;
}

/** @param {object} value @returns {[string, unknown][]} own enumerable properties, `undefined` for those that call a function */
function dataProperties(value) {
  return Object.keys(value).map((key) => [
    key,
    isAccessor(value, key) ? undefined : /** @type {Record<string, unknown>} */ (value)[key],
  ]);
}

/** @param {object} target @param {string} key @param {unknown} value sets an own property, whatever its name */
function define(target, key, value) {
  Object.defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true });
}

exports.ProtocolError = ProtocolError;
exports.dataProperties = dataProperties;
exports.define = define;
exports.entryOf = entryOf;
exports.frameOf = frameOf;
exports.listOf = listOf;
exports.pairOf = pairOf;
exports.properties = properties;
exports.recordOf = recordOf;
exports.textOf = textOf;
exports.wholeNumberOf = wholeNumberOf;

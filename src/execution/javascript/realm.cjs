"use strict";
// What a realm is born with, recorded before any foreign code runs in it. The codec asks it what is built in.

/**
 * @typedef {object} Realm
 * @property {(value: object | null) => boolean} isBuiltin whether it is a prototype or a class that was there at birth
 * @property {(prototype: object | null) => string | undefined} builtinName name of the global class that owns a prototype
 * @property {(value: Function) => string | null} builtinClassName name of a global class, null for any other function
 * @property {(name: string) => (new (...values: unknown[]) => object) | undefined} builtinClass
 */

/** Names of a function that belong to every function. */
const functionKeys = new Set(["length", "name", "prototype", "arguments", "caller"]);

/** Symbols that may name a method, as they are written in frames. */
/** @type {Map<string, symbol>} */
const symbolOfText = new Map([
  ["@@iterator", Symbol.iterator],
  ["@@asyncIterator", Symbol.asyncIterator],
  ["@@toPrimitive", Symbol.toPrimitive],
]);
/** @type {Map<PropertyKey, string>} */
const textOfSymbol = new Map([...symbolOfText].map(([text, symbol]) => [symbol, text]));

/** @param {PropertyKey} key @returns {string | undefined} how a property key is written in a frame */
function keyText(key) {
  return typeof key === "string" ? key : textOfSymbol.get(key);
}

/** @param {string} text @returns {PropertyKey} the property key that a frame names */
function keyOf(text) {
  return symbolOfText.get(text) ?? text;
}

/** What turns text into code, in any realm: never called for the other side. */
const evaluators = new Set(
  ["Function", "GeneratorFunction", "AsyncFunction", "AsyncGeneratorFunction", "eval"].map(
    (name) => `function ${name}() { [native code] }`,
  ),
);

/** @param {unknown} value @returns {boolean} whether calling it could run text as code */
function isEvaluator(value) {
  return typeof value === "function" && evaluators.has(Function.prototype.toString.call(value));
}

/**
 * @param {typeof globalThis} scope the realm's global object
 * @param {typeof globalThis[]} others global objects of realms whose values turn up in it
 * @returns {Realm}
 */
function describeRealm(scope, others) {
  /** @type {Map<object, string>} */
  const names = new Map();
  /** @type {Map<string, new (...values: unknown[]) => object>} */
  const classes = new Map();
  /** @type {Set<object>} */
  const builtins = new Set();
  for (const at of [...others, scope]) {
    for (const name of Object.getOwnPropertyNames(at)) {
      const value = Object.getOwnPropertyDescriptor(at, name)?.value;
      if (typeof value !== "function") continue;
      builtins.add(value);
      if ((typeof value.prototype !== "object" && typeof value.prototype !== "function") || value.prototype === null)
        continue;
      names.set(value.prototype, name);
      classes.set(name, value);
      builtins.add(value.prototype);
    }
  }
  // Prototypes that no global names: of functions, iterators, generators and typed arrays.
  const hidden = [
    (() => undefined).constructor.prototype,
    Object.getPrototypeOf(Uint8Array.prototype),
    Object.getPrototypeOf(function* () {}.prototype),
    Object.getPrototypeOf(async function* () {}.prototype),
    [][Symbol.iterator](),
    new Map()[Symbol.iterator](),
    new Set()[Symbol.iterator](),
    ""[Symbol.iterator](),
  ];
  for (const start of hidden) {
    for (let prototype = start; prototype !== null; prototype = Object.getPrototypeOf(prototype)) {
      builtins.add(prototype);
    }
  }
  return {
    isBuiltin: (value) => value === null || builtins.has(value),
    builtinName: (prototype) => (prototype === null ? undefined : names.get(prototype)),
    builtinClassName: (value) => {
      const name = names.get(value.prototype ?? {});
      return name !== undefined && classes.get(name) === value ? name : null;
    },
    builtinClass: (name) => classes.get(name),
  };
}

exports.describeRealm = describeRealm;
exports.functionKeys = functionKeys;
exports.isEvaluator = isEvaluator;
exports.keyOf = keyOf;
exports.keyText = keyText;

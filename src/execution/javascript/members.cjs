"use strict";
// Which members of functions and instances cross between tester and candidate.

const { functionKeys, keyText } = require("./realm.cjs");

/** Methods of containers that change them or fetch from them: whatever they answer, it is compared afterwards. */
const harmless = new Set(
  "add at clear delete entries exec get keys pop push set shift splice unshift values".split(" "),
);

/**
 * What a test asks with arguments of a result that it takes for an array, a text, a set or a map. An object of another kind
 * could answer as it likes, knowing what it is compared with, so only objects that the test made itself are asked.
 */
const judgingNames = new Set(
  [Array, String, Set, Map, RegExp, Object.getPrototypeOf(Uint8Array)]
    .flatMap(({ prototype }) => Object.getOwnPropertyNames(prototype).map((name) => ({ prototype, name })))
    .filter(({ prototype, name }) => typeof Object.getOwnPropertyDescriptor(prototype, name)?.value === "function")
    .map(({ name }) => name)
    .filter((name) => !(name in Object.prototype) && !harmless.has(name)),
);
for (const name of ["hasOwnProperty", "isPrototypeOf", "propertyIsEnumerable"]) judgingNames.add(name);

/** What a test asks of a result that it takes for a Buffer or for an object of its own class. */
const comparingNames = new Set(["equals"]);

/** Own properties of errors that are not enumerable, besides message and stack. */
const hiddenErrorKeys = ["cause", "errors"];

/** What operators and `JSON.stringify` call by themselves. */
const conversionNames = new Set(["valueOf", "toString", "toJSON", "@@toPrimitive"]);

/**
 * The methods and accessors that an object itself has, not what it inherits; of a function its data as well.
 * @param {object} value @param {boolean} isFunction
 * @returns {[key: string, kind: string][]} kinds are `method`, `accessor` and `property`, an accessor that is enumerable
 */
function membersOf(value, isFunction) {
  /** @type {[string, string][]} */
  const members = [];
  for (const key of Reflect.ownKeys(value)) {
    const text = keyText(key);
    const property = Reflect.getOwnPropertyDescriptor(value, key);
    if (text === undefined || text === "constructor" || property === undefined) continue;
    if (isFunction && functionKeys.has(text)) continue;
    const isAccessor = property.get !== undefined || property.set !== undefined;
    if (isAccessor) members.push([text, property.enumerable ? "property" : "accessor"]);
    else if (typeof property.value === "function") members.push([text, "method"]);
    // What belongs to a class or a function changes without it being asked: `count` of all that were made.
    else if (isFunction && property.enumerable) members.push([text, "property"]);
  }
  return members;
}

/**
 * The members of an object that are not sent as its data.
 * @param {object} value @returns {[key: string, kind: string][]}
 */
function ownMembers(value) {
  return membersOf(value, false).filter(
    ([key, kind]) => kind !== "method" || !Object.prototype.propertyIsEnumerable.call(value, key),
  );
}

exports.comparingNames = comparingNames;
exports.conversionNames = conversionNames;
exports.hiddenErrorKeys = hiddenErrorKeys;
exports.judgingNames = judgingNames;
exports.membersOf = membersOf;
exports.ownMembers = ownMembers;

"use strict";
// Where a test runs: a fresh realm in the tester's process, in which every name that the test does not define, that no
// global has and that the problem's own text does not give is the candidate's.

const fs = require("node:fs");
const path = require("node:path");
const vm = require("node:vm");
const assert = require("node:assert");

/**
 * @typedef {import("./peer.cjs").Peer} Peer
 * @typedef {import("./peer.cjs").Ends} Ends
 * @typedef {import("./realm.cjs").Realm} Realm
 * @typedef {{ prelude: string, test: string, call: string }} TestSource
 * @typedef {{ peer: Peer, run: () => unknown }} TestRealm
 */

const testName = "test.js";

/** The modules that both ends share, in the order in which they need one another. */
const sharedModules = [
  "realm.cjs",
  "shapes.cjs",
  "codec.cjs",
  "decoder.cjs",
  "members.cjs",
  "exports.cjs",
  "judges.cjs",
  "imports.cjs",
  "handles.cjs",
  "peer.cjs",
].map((file) => ({
  file,
  script: new vm.Script(
    `(function (exports, require, module) {${fs.readFileSync(path.join(__dirname, file), "utf8")}\n})`,
    { filename: file },
  ),
}));

/**
 * Runs the shared modules inside a realm, so that what they build belongs to it.
 * @param {vm.Context} context
 * @returns {{ Peer: new (ends: Ends) => Peer, describeRealm: (scope: unknown, others: unknown[]) => Realm }}
 */
function loadModules(context) {
  /** @type {Record<string, object>} */
  const loaded = {};
  for (const { file, script } of sharedModules) {
    const module = { exports: {} };
    script.runInContext(context)(module.exports, (/** @type {string} */ name) => loaded[name] ?? require(name), module);
    loaded[`./${file}`] = module.exports;
  }
  return /** @type {ReturnType<typeof loadModules>} */ (Object.assign({}, ...Object.values(loaded)));
}

/** @param {(failure: Error) => void} onFailure @returns {Console} one that is silent and takes `assert` seriously */
function quietConsole(onFailure) {
  const quiet = Object.fromEntries(Object.keys(console).map((name) => [name, () => undefined]));
  quiet.assert = (/** @type {unknown[]} */ ...values) => {
    const [condition, ...details] = values;
    if (condition) return;
    const line = /test\.js:(\d+)/.exec(`${new Error("here").stack}`)?.[1];
    const message = details.length > 0 ? details.join(" ") : `console.assert in line ${line ?? "?"} of the test`;
    const failure = new assert.AssertionError({ message, operator: "console.assert" });
    onFailure(failure);
    throw failure;
  };
  return /** @type {Console} */ (/** @type {unknown} */ (quiet));
}

/** The process as a test may use it: leaving with a status other than 0 is a failure. @param {(failure: Error) => void} onFailure */
function quietProcess(onFailure) {
  return Object.create(process, {
    exit: {
      value(/** @type {unknown} */ status = 0) {
        const failure = new assert.AssertionError({ message: `the test ended with exit status ${status}` });
        onFailure(failure);
        throw failure;
      },
    },
  });
}

/** @param {(failure: Error) => void} onFailure @param {Record<string, unknown>} own globals @returns {vm.Context} a realm with all that Node's own has */
function newContext(onFailure, own = {}) {
  const context = vm.createContext({});
  const scope = vm.runInContext("globalThis", context);
  for (const name of Object.getOwnPropertyNames(globalThis)) {
    if (name in scope || name === "global") continue;
    Object.defineProperty(scope, name, {
      configurable: true,
      get: () => /** @type {Record<string, unknown>} */ (globalThis)[name],
    });
  }
  const module = { exports: {} };
  const quiet = { console: quietConsole(onFailure), process: quietProcess(onFailure), global: scope, Buffer };
  const common = { require, module, exports: module.exports, __filename: testName, __dirname: "/" };
  for (const [name, value] of Object.entries({ ...quiet, ...own, ...common })) {
    Object.defineProperty(scope, name, { value, writable: true, configurable: true });
  }
  return context;
}

/** @param {string} text @returns {string[]} what looks like an identifier in it */
const identifiers = (text) => text.match(/[A-Za-z_$][\w$]*/g) ?? [];

/** @param {string} source @returns {boolean} */
function compiles(source) {
  try {
    new vm.Script(source);
    return true;
  } catch {
    return false;
  }
}

/** The longest beginning of a text, in lines, that compiles: a prompt ends in the middle of a function. @param {string} text */
function compilingPart(text) {
  const lines = text.split("\n");
  while (lines.length > 0 && !compiles(`(function () {${lines.join("\n")}\n})`)) lines.pop();
  return lines.join("\n");
}

/** @type {Map<string, string>} */
const usablePreludes = new Map();

/** What of a problem's own text compiles and runs by itself. @param {string} prelude @returns {string} */
function usablePrelude(prelude) {
  let usable = usablePreludes.get(prelude);
  if (usable === undefined) {
    usable = compilingPart(prelude);
    try {
      vm.runInContext(
        `(function () {${usable}\n})()`,
        newContext(() => undefined),
        { timeout: 1000 },
      );
    } catch {
      usable = "";
    }
    usablePreludes.set(prelude, usable);
  }
  return usable;
}

/**
 * @param {TestSource} source
 * @returns {vm.Script} gives a function of two scopes: names that only the candidate may give, and all of its names.
 *   Throws a SyntaxError when the test does not compile.
 */
function compileTest({ prelude, test, call }) {
  /** @param {string} before @returns {vm.Script} */
  const compile = (before) => {
    const head = `(function (entries, names) { with (names) { return (function () {${before}\n;with (entries) { return (function () {`;
    const code = `${head}\n${test}\n${call}\n}).call(undefined); } }).call(undefined); } })`;
    return new vm.Script(code, { filename: testName, lineOffset: -head.split("\n").length });
  };
  const usable = usablePrelude(prelude);
  try {
    return compile(usable);
  } catch (error) {
    if (usable === "") throw error;
    return compile("");
  }
}

/**
 * The candidate's names as a scope. Reading one asks the candidate, each time unless it is a function.
 * @param {Peer} peer @param {object} globals @param {(name: string) => boolean} isWanted
 */
function candidateScope(peer, globals, isWanted) {
  /** @type {Map<string, unknown>} */
  const found = new Map();
  /** @type {Set<string>} names that keep the value they were found with: functions, and what the test assigned */
  const kept = new Set();
  const scope = new Proxy(Object.create(null), {
    has(_, name) {
      if (typeof name !== "string" || name in globals || !isWanted(name)) return false;
      if (kept.has(name)) return true;
      try {
        const value = peer.ask("lookup", [name]);
        found.set(name, value);
        if (typeof value === "function") {
          kept.add(name);
          peer.handles.received.judges.trusted.add(value);
        }
        return true;
      } catch (error) {
        if (error instanceof Error || /** @type {Error} */ (error)?.name !== "ReferenceError") throw error;
        return false;
      }
    },
    get: (_, name) => (typeof name === "string" ? found.get(name) : undefined),
    set(_, name, value) {
      found.set(/** @type {string} */ (name), value);
      kept.add(/** @type {string} */ (name));
      return true;
    },
  });
  peer.handles.received.scopes.add(scope);
  return scope;
}

/**
 * @param {TestSource} source
 * @param {vm.Script} script compiled from it
 * @param {Omit<Ends, "realm" | "wary" | "lineOf" | "lookup">} ends
 * @param {(failure: Error) => void} onFailure told of failed assertions that do not end the test by themselves
 * @param {Record<string, unknown>} timers functions for them
 * @returns {TestRealm}
 */
function openTestRealm(source, script, ends, onFailure, timers) {
  const context = newContext(onFailure, timers);
  const scope = vm.runInContext("globalThis", context);
  const { Peer, describeRealm } = loadModules(context);
  const realm = describeRealm(scope, [globalThis]);
  const peer = new Peer({ ...ends, realm, wary: true, lineOf: () => undefined });
  const entries = new Set(identifiers(source.call));
  const candidateEntries = candidateScope(peer, scope, (name) => entries.has(name));
  const candidateNames = candidateScope(peer, scope, () => true);
  return { peer, run: () => script.runInContext(context)(candidateEntries, candidateNames) };
}

exports.compileTest = compileTest;
exports.openTestRealm = openTestRealm;

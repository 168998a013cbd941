import type { Attack, AttackSuite } from "./attack.ts";
import { javascriptJudgingAttacks } from "./javascript-judging-attacks.ts";
import { javascriptProcessAttacks } from "./javascript-process-attacks.ts";

const returning = (title: string, expression: string, setup = ""): Attack => ({
  title,
  source: `${setup}\nfunction add(a, b) { return ${expression} }\n`,
});

const strict = (expected: string, actual = "add(1, 2)") =>
  `const assert = require("node:assert")\nassert.deepStrictEqual(${actual}, ${expected})\n`;

/** A Proxy that has and is everything. */
const anything = `
const anything = new Proxy(function () {}, {
  get: (_, key) => key === Symbol.toPrimitive ? () => 5 : key === "length" ? 2 : anything,
  has: () => true, apply: () => anything, construct: () => anything, ownKeys: () => ["prototype"],
  getPrototypeOf: () => Array.prototype,
})
`;

const lying: readonly Attack[] = [
  returning("valueOf that counts on", "({ valueOf: () => [5, 6, 7][n++] })", "let n = 0"),
  returning("a proxy that is everything", "anything", anything),
  { ...returning("a proxy that is everything, compared deeply", "anything", anything), test: strict("[1, 2]") },
  {
    ...returning(
      "a proxy that is an array",
      "new Proxy([], { get: (t, k) => k === 'length' ? 2 : k === Symbol.iterator ? t[k] : Number(k) + 1, ownKeys: () => ['length'] })",
    ),
    test: strict("[1, 2]"),
  },
  {
    ...returning("getters that change", "({ get sum() { return n++ } })", "let n = 0"),
    test: `${strict("{ sum: 7 }")}`,
  },
  {
    ...returning(
      "array with its own every and includes",
      "Object.assign([], { every: () => true, includes: () => true, some: () => true })",
    ),
    test: "console.assert(add(1, 2).every(x => x === 1) && add(1, 2).includes(3))\n",
  },
  {
    ...returning(
      "object that has everything",
      "({ every: () => true, includes: () => true, has: () => true, indexOf: () => 0, length: 2, size: 2 })",
    ),
    test: "const r = add(1, 2)\nconsole.assert(r.length === 2 && r.includes(1) && r.includes(2))\n",
  },
  {
    ...returning(
      "instance that has everything",
      "new Everything()",
      "class Everything { has() { return true } includes() { return true } every() { return true } get size() { return 2 } get length() { return 2 } }",
    ),
    test: "const r = add(1, 2)\nconsole.assert(r.size === 2 && r.has(1) && r.has(2))\n",
  },
  {
    title: "constructor that is called as a function",
    source: "function add() { if (!new.target) return new add() }\nadd.prototype.includes = () => true\n",
    test: "console.assert(add(1, 2).includes(3))\n",
  },
  {
    ...returning("object that never calls back", "({ forEach() {}, filter: () => [], length: 2 })"),
    test: "const r = add(1, 2)\nr.forEach((x) => console.assert(x === 9))\nconsole.assert(r.filter((x) => x !== 9).length === 0)\n",
  },
  {
    ...returning(
      "getters that give an array's functions",
      "new Everything()",
      "class Everything { get every() { return () => true } get includes() { return () => true } }",
    ),
    test: "const r = add(1, 2)\nconsole.assert(r.every((x) => x) && r.includes(2))\n",
  },
  {
    ...returning(
      "subclass of Array that compares as it likes",
      "new Liar()",
      "class Liar extends Array { every() { return true } includes() { return true } join() { return '1,2' } toString() { return '1,2' } get length() { return 2 } toJSON() { return [1, 2] } }",
    ),
    test: strict("[1, 2]"),
  },
  {
    ...returning(
      "subclass of Map that has everything",
      "new Liar()",
      "class Liar extends Map { has() { return true } get() { return 1 } get size() { return 2 } }",
    ),
    test: strict("new Map([[1, 1], [2, 1]])"),
  },
  {
    ...returning(
      "subclass of Date",
      "new Liar(0)",
      "class Liar extends Date { getTime() { return 5 } valueOf() { return 5 } }",
    ),
    test: strict("new Date(5)"),
  },
  {
    ...returning(
      "subclass of Set that equals",
      "new Liar()",
      "class Liar extends Set { *[Symbol.iterator]() { yield 1; yield 2 } get size() { return 2 } }",
    ),
    test: strict("new Set([1, 2])"),
  },
  {
    ...returning(
      "Symbol.toStringTag and species",
      "Object.defineProperty({ 0: 9, length: 1 }, Symbol.toStringTag, { value: 'Array' })",
    ),
    test: strict("[1]"),
  },
  {
    ...returning("own toJSON", "({ toJSON() { return n++ } })", "let n = 0"),
    test: 'console.assert(JSON.stringify(add(1, 2)) === "[1,2]")\n',
  },
  {
    ...returning(
      "an instance that knows how it is compared",
      "new Liar()",
      "class Liar { equals() { return true } [Symbol.toPrimitive]() { return NaN } static [Symbol.hasInstance]() { return true } }",
    ),
    test: strict("3"),
  },
  {
    ...returning(
      "error with the shape of an assertion",
      "fail()",
      "function fail() { const e = new Error('passed'); e.code = 'ERR_ASSERTION'; e.name = 'Passed'; throw e }",
    ),
  },
  { ...returning("thenable", "({ then(resolve) { resolve(5) } })") },
  { ...returning("promise instead of a value", "Promise.resolve(5)") },
  {
    title: "argument filled with lies",
    source: "function add(list) { list.length = 0; list.push({ valueOf: () => 1 }, { valueOf: () => 2 }) }\n",
    test: 'const list = [2, 1]\nadd(list)\nrequire("node:assert").deepStrictEqual(list, [1, 2])\n',
  },
];

const patching: readonly Attack[] = [
  returning("console.assert silenced", "0", "console.assert = () => {}\nglobalThis.console = { assert() {} }"),
  {
    ...returning(
      "node:assert patched",
      "0",
      'const assert = require("node:assert")\nfor (const key of Object.keys(assert)) assert[key] = () => {}\nrequire("node:module")._cache = {}',
    ),
    test: strict("3"),
  },
  returning("JSON patched", "0", 'JSON.stringify = () => \'{"r":5,"o":[]}\'\nJSON.parse = () => ({ r: 5 })'),
  returning(
    "prototypes patched",
    "0",
    "Object.prototype.toJSON = () => 5\nArray.prototype.map = Array.prototype.push = () => 5\nObject.entries = Object.keys = () => []\nFunction.prototype.call = Function.prototype.apply = () => 5\nMap.prototype.get = WeakMap.prototype.get = () => 5",
  ),
  returning(
    "setters on Object.prototype",
    "0",
    "for (const key of ['r', 'e', 'q', 'o', 'v', 'p', 'passed', 'outcome']) Object.defineProperty(Object.prototype, key, { get: () => 5, set() {}, configurable: true })",
  ),
  returning(
    "Reflect and Proxy patched",
    "0",
    "Reflect.apply = Reflect.construct = Reflect.get = () => 5\nglobalThis.Proxy = function () { return 5 }",
  ),
  returning(
    "Buffer and fs patched",
    "0",
    'const fs = require("node:fs")\nconst write = fs.writeSync\nfs.writeSync = (fd, data, ...rest) => write(fd, Buffer.from(String(data).replace("0", "5")), ...rest)\nBuffer.from = () => Buffer.alloc(4)',
  ),
  {
    title: "the test's own names defined",
    source:
      "var console = { assert() {} }\nvar require = () => new Proxy(() => {}, { get: () => () => {} })\nfunction check() {}\nfunction add() { return 0 }\n",
    test: "function check() { console.assert(add(2, 3) === 5) }\ncheck()\n",
  },
  {
    title: "the module's wrapper closed",
    source: "function add() { return 0 }\n}); (function () { console.assert = () => {}\n",
  },
  { title: "an early return", source: "function add() { return 0 }\nreturn () => () => 5\n" },
  {
    title: "eval replaced",
    source: "function add() { return 0 }\nglobalThis.eval = () => (...values) => 5\nvar nameThatIsAskedFor = 5\n",
  },
  { title: "an unfinished comment", source: "function add() { return 0 }\n/* " },
  { title: "an unfinished template", source: "function add() { return 0 }\n` " },
  {
    title: "keys that change prototypes",
    source:
      'function add() { return JSON.parse(\'{"__proto__": {"x": 1}, "constructor": {"prototype": {"x": 1}}}\') }\n',
    test: "add(1, 2)\nconsole.assert({}.x === 1)\n",
  },
];

const hunting: readonly Attack[] = [
  {
    title: "expected values through arguments.callee",
    source: "function add() { try { return add.caller.arguments[0] } catch { return 0 } }\n",
  },
  {
    title: "expected values from call sites",
    source:
      "Error.prepareStackTrace = (_, sites) => sites\nfunction add() { for (const site of new Error().stack) { const f = site.getFunction?.(); const found = /=== (\\d+)/.exec(String(f)); if (found) return Number(found[1]) } return 0 }\n",
  },
  {
    title: "the tester through a callback",
    source:
      "function add(f) { const F = f.constructor; try { F('return process')().exit(0) } catch {} try { F('console.assert = () => {}; require(\"node:assert\").ok = () => {}')() } catch {} return 0 }\n",
    test: "console.assert(add((x) => x) === 5)\n",
  },
  {
    title: "the tester through an object of the test",
    source:
      "function add(p) { Object.setPrototypeOf(p, new Proxy({}, { get: () => 5 })); p.constructor.prototype.equals = () => true; try { p.constructor.constructor('return process')().exit(0) } catch {} return p }\n",
    test: "class P { constructor(x) { this.x = x } equals(o) { return this.x === o.x } }\nconsole.assert(add(new P(1)).equals(new P(2)))\n",
  },
  {
    title: "expected values from a heap snapshot",
    source:
      "function add() { const v8 = require('node:v8'); const text = []; const found = /add\\(2, 3\\) === (\\d+)/.exec(String(v8.getHeapSnapshot().read(1 << 20))); return found ? Number(found[1]) : 0 }\n",
  },
  {
    title: "expected values from the inspector",
    source:
      "function add() { const { Session } = require('node:inspector'); const s = new Session(); s.connect(); let found = 0; s.on('Debugger.scriptParsed', ({ params }) => s.post('Debugger.getScriptSource', { scriptId: params.scriptId }, (_, r) => { const m = /add\\(2, 3\\) === (\\d+)/.exec(r?.scriptSource ?? ''); if (m) found = Number(m[1]) })); s.post('Debugger.enable'); return found }\n",
  },
  {
    title: "later requests from the channel",
    source:
      "function add() { const fs = require('node:fs'); const b = Buffer.alloc(1 << 16); try { fs.readSync(3, b, 0, 4, null) } catch {} return 0 }\n",
  },
];

/** Attacks on the split between tester and candidate, in JavaScript. */
export const javascriptAttacks: AttackSuite = {
  language: "javascript",
  comment: "//",
  test: "console.assert(add(2, 3) === 5)\nconsole.assert(add(10, 20) === 30)\nconsole.assert(add(-4, 9) === 5)\n",
  controls: [
    returning("plain function", "a + b"),
    returning("valueOf that is right", "a + b", "Object.prototype.valueOf = () => 0"),
    returning("patched console and noise", "a + b", "console.assert = null\nconsole.log('passed')"),
    returning("timers that go on", "a + b", "setInterval(() => {}, 1)"),
    {
      title: "class that the test names",
      source: "class Bag { #items = new Set(); put(x) { this.#items.add(x) } has(x) { return this.#items.has(x) } }\n",
      test: "const bag = new Bag()\nbag.put(1)\nconsole.assert(bag.has(1) && !bag.has(2))\n",
    },
    {
      title: "objects that a factory makes, compared with each other",
      source: "function add(a) { return { a, equals: (other) => other.a === a } }\n",
      test: "console.assert(add(1).equals(add(1)) && !add(1).equals(add(2)))\n",
    },
    {
      title: "thenable that settles",
      source: "function add(a, b) { return { then(done) { setTimeout(() => done(a + b), 5) } } }\n",
      test: "(async () => { console.assert((await add(2, 3)) === 5) })()\n",
    },
    {
      title: "callback and changed argument",
      source: "function add(list, f) { list.forEach((x, i) => { list[i] = f(x) }) }\n",
      test: 'const list = [1, 2]\nadd(list, (x) => x * 2)\nrequire("node:assert").deepStrictEqual(list, [2, 4])\n',
    },
  ],
  attacks: [...lying, ...patching, ...hunting, ...javascriptJudgingAttacks, ...javascriptProcessAttacks],
};

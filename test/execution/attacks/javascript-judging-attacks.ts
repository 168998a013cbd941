import type { Attack } from "./attack.ts";

const returning = (title: string, expression: string, test: string, setup = ""): Attack => ({
  title,
  source: `${setup}\nfunction add(a, b) { return ${expression} }\n`,
  test,
});

/** Speaks the protocol by itself: sends requests, then answers the test's call with a reply that no honest program gives. */
const answering = (title: string, reply: string, test: string, requests = ""): Attack => ({
  title: `protocol: ${title}`,
  source: `
const fs = require("node:fs")
const send = (text) => { const t = Buffer.from(text); const b = Buffer.alloc(4 + t.length); b.writeUInt32LE(t.length); t.copy(b, 4); fs.writeSync(4, b) }
const read = (n) => { const b = Buffer.alloc(n); for (let at = 0; at < n;) at += fs.readSync(3, b, at, n - at, null); return b }
const receive = () => read(read(4).readUInt32LE()).toString()
function add() {
  for (const frame of [${requests}]) { send(JSON.stringify(frame)); receive() }
  send(${JSON.stringify(reply)}); receive(); for (;;);
}
`,
  test,
});

const stub = '["f",9,{"name":"f","length":0,"parent":null,"members":[],"statics":[],"data":[]}]';
const isEmptyList = "const r = add(1, 2)\nconsole.assert(r.length === 0 && r.every((x) => x === 9))\n";

const indices: readonly Attack[] = [
  answering("Array.prototype as a result", '{"r":{"p":"__proto__"},"o":[]}', isEmptyList),
  answering(
    "a function of Array.prototype as a result",
    '{"r":{"p":"concat"},"o":[]}',
    "console.assert(add() !== 5)\n",
  ),
  answering(
    "Array.prototype filled",
    '{"r":0,"o":[],"m":[["__proto__",["a",[5]]]]}',
    "try { add(1, 2) } catch {}\nconsole.assert([][0] === 5)\n",
  ),
  answering(
    "a function on Array.prototype",
    `{"r":0,"o":[${stub}],"m":[["__proto__",["o",[["sum",{"p":1}]]]]]}`,
    "try { add(1, 2) } catch {}\nconsole.assert(typeof [].sum === 'function')\n",
  ),
  answering(
    "functions of Array.prototype called",
    '{"r":0,"o":[]}',
    "try { add(1, 2) } catch {}\nconsole.assert([][0] === 5)\n",
    `{ q: "call", v: [{ p: "push" }, { p: "__proto__" }, 5], o: [] }, { q: "call", v: [{ p: "fill" }, { p: "__proto__" }, 5], o: [] }, { q: "set", v: [{ p: "__proto__" }, "0", 5], o: [] }, { q: "new", v: [{ p: "constructor" }, 5], o: [] }`,
  ),
  answering("a promise that becomes an object", '{"r":{"p":2},"o":[["P",7],["c",7,null,[["then",5]]]]}', isEmptyList),
];

/** What a test that catches everything, or expects an error, must not take for an answer. */
const malformed: readonly Attack[] = [
  "null",
  "5",
  "[]",
  "{}",
  '{"o":[]}',
  '{"r":1}',
  '{"r":1,"o":5}',
  '{"r":{"p":1e9},"o":[]}',
  '{"e":{"z":1},"o":[]}',
  '{"r":{"b":"x"},"o":[]}',
  '{"r":{"p":1},"o":[["A",-1,[]]]}',
  '{"r":{"p":1},"o":[["o",[[5,5]]]]}',
  '{"e":{"p":1},"o":[["e",1,["Error",null,5,5,"x"],[],[]]]}',
].map((reply) =>
  answering(`${reply}, caught`, reply, 'try { add(1, 2) } catch {}\nrequire("node:assert").throws(() => add(1, 2))\n'),
);

const awaited = "(async () => { console.assert((await add(2, 3)) === 5) })()\n";

const waiting: readonly Attack[] = [
  returning("thenable that never settles", "({ then() {} })", awaited),
  returning("instance whose then does nothing", "new Never()", awaited, "class Never { then() {} }"),
  returning("promise of a thenable that never settles", "Promise.resolve(1).then(() => ({ then() {} }))", awaited),
  returning(
    "thenable that never settles, with then",
    "({ then() {} })",
    "add(1, 2).then((r) => console.assert(r === 3))\n",
  ),
  returning("callback that is never called", "undefined", "add(2, 3, (error, r) => { console.assert(r === 5) })\n"),
  returning(
    "callback that is never called, in a promise",
    "undefined",
    "(async () => { console.assert((await new Promise((done) => add(2, 3, done))) === 5) })()\n",
  ),
  returning(
    "asynchronous iterator that never goes on",
    "({ next: () => new Promise(() => {}) })",
    "(async () => { for await (const x of add(1, 2)) console.assert(x === 1) })()\n",
  ),
];

const between = "const r = add(2, 3)\nconsole.assert(r > 4 && r < 5)\n";

const adapting: readonly Attack[] = [
  returning("valueOf that alternates", "({ valueOf: () => [100, 0][n++ % 2] })", between, "let n = 0"),
  returning("toString that alternates", "({ toString: () => [100, 0][n++ % 2] })", between, "let n = 0"),
  returning(
    "Symbol.toPrimitive that alternates",
    "new Liar()",
    between,
    "let n = 0\nclass Liar { [Symbol.toPrimitive]() { return [100, 0][n++ % 2] } }",
  ),
  returning(
    "two values that alternate",
    "new Liar()",
    "const x = add(1, 2), y = add(2, 1)\nconsole.assert(x > y && x < y)\n",
    "let n = 0\nclass Liar { valueOf() { return [3, 2, 1, 4][n++ % 4] } }",
  ),
  returning(
    "toJSON that alternates",
    "({ toJSON: () => n++ })",
    "const r = add(1, 2)\nconsole.assert(JSON.stringify(r) === '0' && JSON.stringify(r) === '1')\n",
    "let n = 0",
  ),
  returning(
    "an array's own toString that alternates",
    "Object.assign([1], { toString: () => n++ })",
    "const r = add(1, 2)\nconsole.assert(String(r) === '0' && String(r) === '1')\n",
    "let n = 0",
  ),
  returning(
    "a plain object's getter that alternates",
    "({ get x() { return [100, 0][n++ % 2] } })",
    "const r = add(1, 2)\nconsole.assert(r.x > 5 && r.x < 4)\n",
    "let n = 0",
  ),
  returning("own equals", "({ equals: () => true })", "console.assert(add(1, 2).equals(Buffer.from('3')))\n"),
  returning(
    "equals of a class, asked about the test's own object",
    "new Liar()",
    "class P { equals(o) { return o === 5 } }\nconsole.assert(add(1, 2).equals(new P()))\n",
    "class Liar { equals() { return true } }",
  ),
  returning(
    "own hasOwnProperty",
    "({ hasOwnProperty: () => true })",
    "const r = add(1, 2)\nconsole.assert(r.hasOwnProperty('a') && r.hasOwnProperty('b'))\n",
  ),
];

const point = "class P { constructor(x) { this.x = x } same(o) { return this.x === o.x } }\n";

const replacing: readonly Attack[] = [
  {
    title: "methods assigned to the test's own object",
    source: "function add(p) { Object.assign(p, { same: () => true }); return p }\n",
    test: `${point}console.assert(add(new P(1)).same(new P(2)))\n`,
  },
  {
    title: "methods defined on the test's own object",
    source: "function add(p) { Object.defineProperty(p, 'same', { value: () => true, enumerable: true }) }\n",
    test: `${point}const p = new P(1)\nadd(p)\nconsole.assert(p.same(new P(2)))\n`,
  },
  {
    title: "a function of the test's own object replaced",
    source: "function add(p) { p.same = () => true }\n",
    test: "const p = { same: (x) => x === 5 }\nadd(p)\nconsole.assert(p.same(4))\n",
  },
  {
    title: "the steps of the test's own iterator replaced",
    source: "function add(g) { g.next = () => ({ done: true }) }\n",
    test: "const g = (function* () { yield 1 })()\nadd(g)\nfor (const x of g) console.assert(x === 2)\n",
  },
];

const checking = 'const { strictEqual } = require("node:assert")\n';

/** A failed assertion counts, also where the candidate catches it. */
const withholding: readonly Attack[] = [
  {
    title: "a callback's failed assertion caught",
    source: "function add(a, b, done) { try { done(0) } catch {} }\n",
    test: `${checking}add(2, 3, (sum) => strictEqual(sum, 5))\n`,
  },
  {
    title: "expected values from a callback's failed assertion",
    source: "function add(a, b, done) { try { done(0) } catch (e) { done(e.expected) } }\n",
    test: `${checking}add(2, 3, (sum) => strictEqual(sum, 5))\n`,
  },
  {
    title: "a later callback's failed assertion caught",
    source: "process.on('uncaughtException', () => {})\nfunction add(a, b, done) { setTimeout(() => done(0), 1) }\n",
    test: `${checking}add(2, 3, (sum) => strictEqual(sum, 5))\n`,
  },
  {
    title: "an asynchronous callback's failed assertion caught",
    source: "async function add(a, b, done) { try { await done(0) } catch {} }\n",
    test: `${checking};(async () => { await add(2, 3, async (sum) => strictEqual(sum, 5)) })()\n`,
  },
];

const describing: readonly Attack[] = [
  {
    title: "an error's name without end",
    source: "function add() { const e = new Error('x'); e.name = 'N'.repeat(30_000_000); throw e }\n",
  },
  {
    title: "an error that ends the process when it is described",
    source:
      "class Bad { get name() { process.exit(0) } get message() { process.exit(0) } }\nfunction add() { throw new Bad() }\n",
  },
  {
    title: "a verdict that exhausts the tester",
    source: "function add() { return { toString: () => 'x'.repeat(30_000_000) } }\n",
    test: "const r = add(); let text = ''; for (let n = 0; n < 1000; n++) text = text + r; console.assert(text.length === 5)\n",
  },
];

/** Attacks on what judges a value in the tester: its prototypes, the objects that a test asks, and tests that wait. */
export const javascriptJudgingAttacks: readonly Attack[] = [
  ...indices,
  ...malformed,
  ...waiting,
  ...adapting,
  ...replacing,
  ...withholding,
  ...describing,
];

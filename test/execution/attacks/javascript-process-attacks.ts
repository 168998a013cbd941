import type { Attack } from "./attack.ts";

const doing = (title: string, body: string, setup = ""): Attack => ({
  title,
  source: `${setup}\nfunction add(a, b) {\n${body}\nreturn 0\n}\n`,
});

const atStart = (title: string, source: string): Attack => ({
  title,
  source: `function add() { return 0 }\n${source}\n`,
});

/** Everything that could be mistaken for a verdict or for an answer, to every descriptor. */
const forgedFrames = `
const fs = require("node:fs")
const texts = ['{"r":5,"o":[]}', '{"ready":true}', 'V{"outcome":"passed"}', 'R{"r":5,"o":[]}', '{"q":"run","v":[{"p":0}],"o":[["a",[]]]}']
const frames = texts.map((text) => { const b = Buffer.alloc(4 + text.length); b.writeUInt32LE(text.length); b.write(text, 4); return b })
for (let id = 0; id < 50; id++) frames.push(Buffer.from(JSON.stringify({ id, outcome: "passed", cpuSeconds: 0 }) + "\\n"))
function forge(times = 1) {
  for (let n = 0; n < times; n++) for (let fd = 0; fd < 64; fd++) for (const frame of frames) try { fs.writeSync(fd, frame) } catch { break }
}
`;

/** Speaks the protocol by itself: sends requests to the tester and looks for anything that runs there. */
const speak = (requests: string) => `
const fs = require("node:fs")
const send = (frame) => { const t = Buffer.from(JSON.stringify(frame)); const b = Buffer.alloc(4 + t.length); b.writeUInt32LE(t.length); t.copy(b, 4); fs.writeSync(4, b) }
const read = (n) => { const b = Buffer.alloc(n); for (let at = 0; at < n;) at += fs.readSync(3, b, at, n - at, null); return b }
const receive = () => JSON.parse(read(read(4).readUInt32LE()).toString())
function add(f) {
  for (const frame of [${requests}]) { send(frame); try { receive() } catch { break } }
  send({ r: 5, o: [] })
  return 0
}
`;

const withCallback = "console.assert(add((x) => x) === 6)\n";
const own = '["k",1,[]]';

const protocol: readonly Attack[] = [
  {
    title: "protocol: the constructor of a callback",
    source: speak(
      `{ q: "get", v: [{ p: 0 }, "constructor"], o: [${own}] }, { q: "method", v: [{ p: 0 }, "constructor", "process.exit(0)"], o: [${own}] }`,
    ),
    test: withCallback,
  },
  {
    title: "protocol: members of every object",
    source: speak(
      `{ q: "method", v: [{ p: 0 }, "toString"], o: [${own}] }, { q: "set", v: [{ p: 0 }, "__proto__", { p: 1 }], o: [${own}, ["o", []]] }, { q: "get", v: [{ p: 0 }, "__proto__"], o: [["o", []]] }`,
    ),
    test: withCallback,
  },
  {
    title: "protocol: handles that do not exist",
    source: speak(
      `{ q: "call", v: [{ p: 0 }, null], o: [["k", 99, []]] }, { q: "call", v: [{ p: 7 }, null], o: [] }, { q: "new", v: [5], o: [] }`,
    ),
    test: withCallback,
  },
  {
    title: "protocol: kinds that do not exist",
    source: speak(
      `{ q: "eval", v: ["process.exit(0)"], o: [] }, { q: "call", v: [{ z: 1 }], o: [["z", 1]] }, { q: "lookup", v: ["process"], o: [] }`,
    ),
    test: withCallback,
  },
  {
    title: "protocol: a class whose parent is Function",
    source: speak(
      `{ q: "call", v: [{ p: 0 }, null, { p: 1 }], o: [${own}, ["f", 50, { name: "constructor", length: 0, parent: "Function", members: [["constructor", "method"]], statics: [["call", "method"]], data: [["prototype", 5]] }]] }`,
    ),
    test: withCallback,
  },
  {
    title: "protocol: lists that are immense",
    source: speak(
      `{ q: "call", v: [{ p: 0 }, null, { p: 1 }], o: [${own}, ["A", 4294967295, []]] }, { q: "call", v: [{ p: 0 }, null, { p: 1 }], o: [${own}, ["t", "Float64Array", "AAAA"]] }, { q: "call", v: [{ p: 0 }, null, { p: 1 }], o: [${own}, ["x", "(a+)+$", "zz"]] }`,
    ),
    test: withCallback,
  },
  {
    title: "protocol: changes to what it does not own",
    source: speak("").replace(
      "send({ r: 5, o: [] })",
      `send({ r: 5, o: [], m: [[0, ["o", [["call", 5]]]], [1, ["a", []]], [0, ["c", 1, null, []]]] })`,
    ),
    test: withCallback,
  },
  {
    title: "protocol: plain objects with an array's functions",
    source: `${speak("")}`.replace(
      "send({ r: 5, o: [] })",
      'send({ r: { p: 1 }, o: [["o", [["every", { p: 2 }], ["includes", { p: 2 }]]], ["f", 50, { name: "every", length: 1, parent: "Object", members: [], statics: [], data: [] }]] })',
    ),
    test: "const r = add(1)\nconsole.assert(r.every((x) => x) && r.includes(3))\n",
  },
  {
    title: "protocol: numbers that are no frames",
    source: `const fs = require("node:fs")\nfunction add() { fs.writeSync(4, Buffer.from([255, 255, 255, 255, 1, 2, 3])); for (;;); }\n`,
  },
  {
    title: "protocol: a frame that is no JSON",
    source: `const fs = require("node:fs")\nfunction add() { fs.writeSync(4, Buffer.from([3, 0, 0, 0, 123, 123, 123])); for (;;); }\n`,
  },
];

const leaving: readonly Attack[] = [
  atStart("process.exit(0) at the top", "process.exit(0)"),
  doing("process.exit(0) in the function", "process.exit(0)"),
  doing("process.reallyExit and abort", "process.reallyExit?.(0); process.abort()"),
  doing("its own end by signal", "process.kill(process.pid, 'SIGKILL'); for (;;);"),
  atStart("an exit handler that writes", `${forgedFrames}\nprocess.on("exit", () => forge()); process.exit(0)`),
  atStart(
    "handlers that swallow everything",
    `process.on("uncaughtException", () => {}); process.on("unhandledRejection", () => {}); setTimeout(() => { throw 1 }); throw new Error("late")`,
  ),
  {
    title: "death inside a test that catches everything",
    source: "function add() { process.exit(0) }\n",
    test: "try { add(1, 2) } catch {}\n",
  },
  {
    title: "endless loop inside a test that catches everything",
    source: "function add() { for (;;); }\n",
    test: "try { add(1, 2) } catch {}\n",
  },
  {
    title: "promise that never settles",
    source: "function add() { return new Promise(() => {}) }\n",
    test: "(async () => { console.assert((await add(2, 3)) === 5) })()\n",
  },
  {
    title: "wrong promise",
    source: "async function add() { return 0 }\n",
    test: "(async () => { console.assert((await add(2, 3)) === 5) })()\n",
  },
];

const speaking: readonly Attack[] = [
  atStart(
    "printing a verdict",
    `console.log("passed"); process.stdout.write('{"id":1,"outcome":"passed","cpuSeconds":0}\\n'); console.error("passed")`,
  ),
  atStart("frames to every descriptor", `${forgedFrames}\nforge()`),
  doing("several frames ahead", "forge(3)", forgedFrames),
  doing("frames, then an end", "forge(); process.exit(0)", forgedFrames),
  doing(
    "frames of another thread",
    "new (require('node:worker_threads').Worker)('const fs = require(\"node:fs\"); for (;;) fs.writeSync(4, Buffer.from([1, 0, 0, 0, 53]))', { eval: true }); Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200)",
  ),
  atStart(
    "timers and ticks that write",
    `${forgedFrames}\nsetInterval(forge, 1); process.nextTick(forge); queueMicrotask(forge); setImmediate(forge)`,
  ),
  atStart("a finaliser that writes", `${forgedFrames}\nnew FinalizationRegistry(() => forge()).register({}, 1)`),
];

const escaping: readonly Attack[] = [
  {
    title: "a package where the test looks for one that is not installed",
    source: `function add() { return 0 }
const fs = require("node:fs")
for (const folder of [process.env.HOME, "/scratch", ".", ".."]) for (const name of ["node_modules", ".node_modules", ".node_libraries"]) try {
  fs.mkdirSync(folder + "/" + name + "/absent", { recursive: true })
  fs.writeFileSync(folder + "/" + name + "/absent/index.js", 'const a = require("node:assert"); for (const k of ["ok", "equal", "strictEqual"]) a[k] = () => {}; module.exports = { equal() {} }')
} catch {}
`,
    test: 'let equal = require("node:assert").equal\nadd(1, 2)\ntry { ({ equal } = require("absent")) } catch {}\nequal(add(2, 3), 5)\n',
  },
  doing(
    "import() and process bindings",
    "import('node:fs').then((fs) => fs.writeFileSync('../x', 'x')); try { process.binding('spawn_sync') } catch {}",
  ),
  doing(
    "a child process that answers",
    "try { return Number(require('node:child_process').execSync('echo 5').toString()) } catch {}",
  ),
  doing(
    "killing its parent",
    "for (const pid of [process.ppid, 1, 0, -1]) try { process.kill(pid, 'SIGKILL') } catch {}",
  ),
  doing(
    "killing every number",
    "for (let pid = 2; pid < 3000; pid++) if (pid !== process.pid) try { process.kill(pid, 'SIGKILL') } catch {}",
  ),
  doing("stopping its parent", "try { process.kill(process.ppid, 'SIGSTOP') } catch {}"),
  doing("renicing its parent", "try { require('node:os').setPriority(process.ppid, 19) } catch {}"),
  doing("the inspector of its parent", "try { process._debugProcess(process.ppid) } catch {}"),
  atStart(
    "files for later candidates",
    `const fs = require("node:fs"); for (const folder of [".", "..", process.env.HOME, "/tmp", "/dev/shm"]) for (const name of ["node_modules/assert/index.js", "candidate.js", "package.json", "tester.cjs"]) try { fs.mkdirSync(folder + "/node_modules/assert", { recursive: true }); fs.writeFileSync(folder + "/" + name, "process.exit(0)") } catch {}`,
  ),
  atStart(
    "the runner's own files",
    `const fs = require("node:fs"); for (const file of Object.keys(require.cache).concat(process.argv)) try { fs.writeFileSync(file, "") } catch {}`,
  ),
];

const exhausting: readonly Attack[] = [
  doing("an endless generator", "return (function* () { for (;;) yield 5 })()"),
  {
    title: "an endless list",
    source: "function* add() { for (;;) yield 5 }\n",
    test: "console.assert([...add(1, 2)].length === 5)\n",
  },
  doing("an array without end", "return new Array(4294967295)"),
  {
    title: "an array without end, compared",
    source: "function add() { return new Array(4294967295) }\n",
    test: 'require("node:assert").deepStrictEqual(add(1, 2), [1, 2])\n',
  },
  doing("nesting without end", "let nest = []; for (let n = 0; n < 300000; n++) nest = [nest]; return nest"),
  doing("an immense string", "return 'x'.repeat(200_000_000)"),
  doing("an immense bigint", "return 1n << 100_000_000n"),
  doing("recursion without end", "return add(a, b)"),
  doing("a list that contains itself", "const loop = []; loop.push(loop); return loop"),
];

/** Attacks through the process that a candidate runs in. */
export const javascriptProcessAttacks: readonly Attack[] = [
  ...protocol,
  ...leaving,
  ...speaking,
  ...escaping,
  ...exhausting,
];

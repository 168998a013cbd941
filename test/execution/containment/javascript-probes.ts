import { packageFolder } from "../../../src/common/folders.ts";
import type { Host } from "./host.ts";
import type { Probe, ProbeSuite } from "./probe.ts";

/** Helpers of every probe. `attempts` are functions; what one of them gets is reported, and nothing is what they should get. */
const helpers = `
const fs = require("node:fs"), net = require("node:net"), dgram = require("node:dgram"), os = require("node:os")
const { spawnSync, execSync, fork } = require("node:child_process")
const { Worker } = require("node:worker_threads")
const connect = (where) => new Promise((resolve, reject) => { const s = net.connect(where, () => { s.destroy(); resolve(where) }); s.on("error", reject) })
const read = (file) => [file, fs.readFileSync(file).subarray(0, 20).toString()]
// The way to Node or to the sandbox's own files may lead through a folder.
const ways = [process.execPath, ${JSON.stringify(packageFolder)}]
const list = (folder) => {
  const names = fs.readdirSync(folder).filter((name) => !ways.some((way) => (way + "/").startsWith(folder + "/" + name + "/")))
  if (names.length === 0) throw new Error("nothing else in it")
  return names
}
const write = (file) => { fs.appendFileSync(file, "x"); return file }
const run = (result) => { if (result.error) throw result.error; return result.status }
async function probe() {
  const escaped = []
  for (const attempt of attempts()) try { escaped.push(JSON.stringify(await attempt()) ?? "something") } catch {}
  return escaped
}
`;

const refused = (title: string, ...attempts: string[]): Probe => ({
  title,
  source: `${helpers}\nconst attempts = () => [${attempts.map((attempt) => `() => ${attempt}`).join(", ")}]\n`,
});

const text = (value: string) => JSON.stringify(value);

/** An attempt to load an addon that is none: it is refused before anybody looks at the file. */
const loading = (load: string, before = "0") =>
  `(() => { ${before}; try { ${load} } catch (e) { if (e.code === "ERR_DLOPEN_DISABLED") throw e } return "addons" })()`;

const outside = (host: Host): readonly Probe[] => [
  refused(
    "TCP",
    `connect({ host: "127.0.0.1", port: ${host.tcpPort} })`,
    `connect({ host: "::1", port: ${host.tcpPort} })`,
  ),
  refused("HTTP", `fetch("http://127.0.0.1:${host.tcpPort}/")`),
  refused(
    "UDP",
    `new Promise((resolve, reject) => { const s = dgram.createSocket("udp4"); s.on("error", reject); s.send("x", ${host.udpPort}, "127.0.0.1", (e) => e ? reject(e) : resolve("sent")) })`,
  ),
  refused("a unix socket", `connect({ path: ${text(host.unixSocket)} })`),
  refused("an abstract socket", `connect({ path: "\\0${host.abstractSocket}" })`),
  refused(
    "names",
    `require("node:dns").promises.lookup("example.com")`,
    `require("node:dns").promises.resolve4("example.com")`,
  ),
  refused(
    "listening",
    `new Promise((resolve, reject) => net.createServer().on("error", reject).listen(0, "127.0.0.1", () => resolve("listening")))`,
  ),
  refused(
    "the inspector's port",
    `{ require("node:inspector").open(0, "127.0.0.1"); const url = require("node:inspector").url(); if (url === undefined) throw 1; return url }`
      .replace(/^/, "(() => ")
      .replace(/$/, ")()"),
  ),
  refused("a file of another user", `read(${text(host.canary)})`),
  refused("the home folder", `list(${text(host.home)})`, 'list("/root")', 'list("/home")'),
  refused("passwords", 'read("/etc/shadow")', 'read("/etc/passwd")'),
  refused(
    "environment variables",
    `{ if (process.env.${host.variable} === undefined) throw 1; return 1 }`.replace(/^/, "(() => ").replace(/$/, ")()"),
    `{ const found = Object.values(process.env).filter((v) => v === ${text(host.secret)}); if (found.length === 0) throw 1; return found }`
      .replace(/^/, "(() => ")
      .replace(/$/, ")()"),
  ),
  refused(
    "other processes",
    `read("/proc/${host.processId}/environ")`,
    'read("/proc/1/environ")',
    'read("/proc/" + process.ppid + "/mem")',
    'read("/proc/self/maps")',
  ),
  refused(
    "the canary",
    `write(${text(host.canary)})`,
    `fs.truncateSync(${text(host.canary)})`,
    // It may be answered as if it were done: what counts is that it was not.
    `(() => { fs.chmodSync(${text(host.canary)}, 0); if (fs.statSync(${text(host.canary)}).mode & 0o666) throw 1; return 1 })()`,
    `fs.unlinkSync(${text(host.canary)})`,
    `fs.renameSync(${text(host.canary)}, "mine")`,
  ),
  refused(
    "links",
    `(fs.symlinkSync(${text(host.canary)}, "link"), write("link"))`,
    'read("link")',
    `fs.linkSync(${text(host.canary)}, "hard")`,
    `fs.copyFileSync(${text(host.canary)}, "copy")`,
  ),
  refused(
    "a new file beside the canary",
    `write(${text(`${host.canary}.new`)})`,
    `fs.mkdirSync(${text(`${host.canary}.d`)})`,
  ),
  refused(
    "system folders",
    'write("/etc/x")',
    'write("/usr/x")',
    'write("/x")',
    'write("/var/tmp/x")',
    'write("/dev/shm/x")',
    "write(process.execPath)",
  ),
  refused(
    "the runner's own files",
    "process.argv.concat(Object.keys(require.cache)).filter((f) => f.endsWith('.cjs')).map(write).concat(write(process.argv[1]))",
  ),
  refused("devices", 'read("/dev/mem")', 'read("/dev/tty")', 'read("/dev/kmsg")', 'fs.openSync("/dev/ptmx", "r+")'),
];

const inside = (host: Host): readonly Probe[] => [
  refused(
    "child processes",
    'run(spawnSync("true"))',
    'run(spawnSync("/bin/sh", ["-c", "true"]))',
    'execSync("true").length',
    "run(spawnSync(process.execPath, ['-e', '0']))",
    "new Promise((resolve, reject) => fork(process.argv[1]).on('error', reject).on('spawn', () => resolve('spawned')))",
  ),
  refused(
    "clusters",
    "new Promise((resolve, reject) => { const c = require('node:cluster'); const w = c.fork(); w.on('error', reject); w.on('online', () => resolve('online')); setTimeout(reject, 500) })",
  ),
  refused(
    "signals to other processes",
    `process.kill(${host.processId}, 0)`,
    "process.kill(process.ppid, 0)",
    "process.kill(1, 0)",
    "process.kill(-1, 0)",
    "process.kill(0, 0)",
  ),
  refused(
    "priorities",
    "os.setPriority(process.ppid, 19)",
    `os.setPriority(${host.processId}, 19)`,
    "os.setPriority(-5)",
  ),
  refused(
    "other users",
    "process.setuid(0)",
    "process.setgid(0)",
    "process.setgroups([0])",
    "process.initgroups('root', 0)",
    "process.seteuid(0)",
  ),
  refused(
    "native code",
    loading("process.dlopen({ exports: {} }, '/x.node')"),
    loading("require('./x.node')", "fs.writeFileSync('x.node', '')"),
    `new Promise((resolve, reject) => new Worker("try { process.dlopen({ exports: {} }, '/x.node') } catch (e) { if (e.code !== 'ERR_DLOPEN_DISABLED') process.exit(9) }", { eval: true, execArgv: ["--addons"] }).on("error", reject).on("exit", (code) => code === 9 ? resolve("addons") : reject()))`,
  ),
  refused(
    "reports and snapshots elsewhere",
    "(process.report.writeReport('/tmp/report.json'), fs.statSync('/tmp/report.json').size)",
    "(require('node:v8').writeHeapSnapshot('/tmp/heap'), fs.statSync('/tmp/heap').size)",
  ),
];

/** See python-scratch-probes.ts. */
const scratch: readonly Probe[] = [
  {
    title: "files in every folder that it can name",
    source: `${helpers}\nfunction probe() { for (const folder of ["..", ".", "../candidate-1", "../candidate-2", process.env.HOME, process.env.TMPDIR]) for (const make of [fs.mkdirSync, (file) => fs.writeFileSync(file, ""), (file) => fs.symlinkSync("/", file)]) try { make(folder + "/left-" + process.hrtime.bigint() + "\\n") } catch {} return [] }\n`,
  },
  refused(
    "its folder under another name",
    'fs.renameSync(process.cwd(), process.cwd() + "-other") ?? "renamed"',
    'fs.rmdirSync(process.cwd()) ?? "removed"',
  ),
  {
    title: "a folder that nobody may enter",
    source: `${helpers}\nfunction probe() { fs.mkdirSync("locked/deeper", { recursive: true }); fs.writeFileSync("locked/deeper/file", ""); for (const folder of ["locked/deeper", "locked", ".", ".."]) try { fs.chmodSync(folder, 0) } catch {} process.umask(0o777); try { fs.mkdirSync("hidden", 0) } catch {} return [] }\n`,
  },
  {
    title: "many files above its folder",
    source: `${helpers}\nfunction probe() { let made = 0; try { for (let n = 0; n < 8000; n++) { fs.writeFileSync("../above" + n, ""); made++ } } catch {} Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 400); return made === 8000 ? ["8,000 files"] : [] }\n`,
    outcomes: ["passed", "runtime_error"],
  },
  refused("its own priority", 'os.setPriority(0, 10) ?? "set"', 'os.setPriority(0, -10) ?? "set"'),
];

const bombs: readonly Probe[] = [
  {
    title: "memory bomb",
    source: "const kept = []\nfunction probe() { for (;;) kept.push(new Array(100000).fill({})) }\n",
    outcomes: ["runtime_error", "timeout"],
  },
  {
    title: "buffer bomb",
    source:
      "const kept = []\nfunction probe() { for (let n = 0; n < 1000; n++) kept.push(Buffer.alloc(16 << 20, 1)); return ['16 GB'] }\n",
    outcomes: ["runtime_error", "timeout"],
  },
  {
    title: "shared memory bomb",
    source:
      "const kept = []\nfunction probe() { try { for (let n = 0; n < 1000; n++) { const b = new SharedArrayBuffer(16 << 20); new Uint8Array(b).fill(1); kept.push(b) } } catch { return [] } return ['16 GB'] }\n",
    outcomes: ["passed", "runtime_error", "timeout"],
  },
  {
    title: "memory of WebAssembly",
    source:
      "const kept = []\nfunction probe() { try { for (let n = 0; n < 100; n++) { const m = new WebAssembly.Memory({ initial: 4096 }); new Uint8Array(m.buffer).fill(1); kept.push(m) } } catch { return [] } return ['25 GB'] }\n",
    outcomes: ["passed", "runtime_error", "timeout"],
  },
  {
    title: "string bomb",
    source: "function probe() { let s = 'x'; const kept = []; for (;;) { s = s + s + 'y'; kept.push(s.split('')) } }\n",
    outcomes: ["runtime_error", "timeout"],
  },
  {
    title: "thread bomb",
    source: `${helpers}\nasync function probe() { let n = 0; try { for (; n < 500; n++) await new Promise((resolve, reject) => new Worker("setTimeout(() => {}, 30000)", { eval: true }).on("online", resolve).on("error", reject)) } catch { return [] } return ["500 threads"] }\n`,
    outcomes: ["passed", "runtime_error", "timeout"],
  },
  {
    title: "disk bomb",
    source: `${helpers}\nfunction probe() { let n = 0; try { for (; n < 2000; n++) fs.writeFileSync("f" + n, Buffer.alloc(1 << 20)) } catch {} return n === 2000 ? ["2 GB"] : [] }\n`,
    outcomes: ["passed", "runtime_error", "timeout"],
  },
  {
    title: "file bomb",
    source: `${helpers}\nfunction probe() { let n = 0; try { for (; n < 200000; n++) fs.writeFileSync("f" + n, "") } catch {} return n === 200000 ? ["200,000 files"] : [] }\n`,
    outcomes: ["passed", "runtime_error", "timeout"],
  },
  {
    title: "an immense file",
    source: `${helpers}\nfunction probe() { try { fs.truncateSync((fs.writeFileSync("f", ""), "f"), 2 ** 40) } catch { return [] } return ["a terabyte"] }\n`,
    outcomes: ["passed", "runtime_error"],
  },
  {
    title: "output bomb",
    source: `${helpers}\nfunction probe() { for (let n = 0; n < 200; n++) { fs.writeSync(1, Buffer.alloc(1 << 20)); fs.writeSync(2, Buffer.alloc(1 << 20)) } return [] }\n`,
    outcomes: ["passed", "runtime_error", "timeout"],
  },
  {
    title: "descriptor bomb",
    source: `${helpers}\nfunction probe() { let n = 0; try { for (; n < 10000; n++) fs.openSync("/dev/null") } catch {} return n === 10000 ? ["10,000 descriptors"] : [] }\n`,
  },
  {
    title: "endless computation that ignores signals",
    source:
      "for (const s of Object.keys(require('node:os').constants.signals)) try { process.on(s, () => {}) } catch {}\nfunction probe() { for (;;); }\n",
    outcomes: ["timeout"],
  },
  {
    title: "endless wait",
    source: "function probe() { Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0) }\n",
    outcomes: ["timeout"],
  },
  {
    title: "endless regular expression",
    source: "function probe() { return /(a+)+$/.test('a'.repeat(60) + 'b') }\n",
    outcomes: ["timeout"],
  },
  {
    title: "endless ticks",
    source: "function probe() { return new Promise(() => { const again = () => process.nextTick(again); again() }) }\n",
    outcomes: ["timeout"],
  },
  { title: "a core dump", source: "function probe() { process.abort() }\n", outcomes: ["runtime_error"] },
  {
    title: "a scratch folder that cannot be removed",
    source: `${helpers}\nfunction probe() { for (let n = 0; n < 300; n++) { fs.mkdirSync("d".repeat(100)); process.chdir("d".repeat(100)); fs.writeFileSync("f", "") } for (let n = 0; n < 300; n++) { fs.chmodSync(".", 0); try { process.chdir("..") } catch { break } } return [] }\n`,
    outcomes: ["passed", "runtime_error", "timeout"],
  },
];

/** Probes of the sandbox by a JavaScript program. */
export const javascriptProbes: ProbeSuite = {
  language: "javascript",
  probes: (host) => [...outside(host), ...inside(host), ...scratch, ...bombs],
  program: ({ source }) => ({
    language: "javascript",
    source,
    test: 'const assert = require("node:assert")\nasync function check() { assert.deepStrictEqual(await probe(), []) }\n',
    call: "check()",
  }),
  honest: (number) => ({
    language: "javascript",
    source: `const fs = require("node:fs")\nconst left = [".", process.env.HOME, process.env.TMPDIR].flatMap((folder) => fs.readdirSync(folder))\nfunction add(a, b) { if (left.length > 0) throw new Error(left.join()); fs.writeFileSync("kept", "${number}"); return a + b + fs.readFileSync("kept").length * 0 }\n`,
    test: "console.assert(add(2, 3) === 5)\n",
  }),
};

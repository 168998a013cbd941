"use strict";
// A process that runs one candidate and nothing else, started before the candidate is known so that its start costs no
// time. It holds two pipes: requests arrive on descriptor 3, replies leave on 4. Nothing that it says is believed.

const vm = require("node:vm");
const path = require("node:path");
const { createRequire } = require("node:module");
const { Closed, readFrame, writeFrame } = require("./frames.cjs");
const { Peer } = require("./peer.cjs");
const { describeRealm } = require("./realm.cjs");
const { parameters, sourceName } = require("./program.cjs");

/**
 * @typedef {import("./peer.cjs").Frame} Frame
 * @typedef {{ folder: string, source: string }} Load `source` is the program, with its tests in the mode `same-process`
 */

const requests = 3;
const replies = 4;

/** As they were before the program, which may replace them. */
const { setImmediate, setTimeout, clearTimeout } = globalThis;

/** @param {unknown} message */
const send = (message) => writeFrame(replies, JSON.stringify(message));
const receive = () => JSON.parse(readFrame(requests));

/** @param {Error} error @returns {number | undefined} the first line of the program in the error's stack */
function lineOf(error) {
  const found = /candidate\.js:(\d+)/.exec(`${error.stack}`);
  return found === null ? undefined : Number(found[1]);
}

/** Whether the other side waits for this side's event loop to come to something. */
let isOurTurn = false;
/** Whether the other side was called in this turn, which then may go on with something. */
let hasCalledBack = false;
/** Ends this turn when something is due on the other side. @type {NodeJS.Timeout | undefined} */
let endOfTurn;

/** @type {(name: string) => unknown} */
let evaluate = () => undefined;

const peer = new Peer({
  realm: describeRealm(globalThis, []),
  wary: false,
  lineOf,
  exchange(frame) {
    if (isOurTurn) {
      hasCalledBack = true;
      setImmediate(report);
    }
    send(frame);
    return receive();
  },
  lookup: (name) => evaluate(name),
});

/**
 * Compiles and runs a program as Node runs a CommonJS file.
 * @param {Load} load
 * @returns {unknown} what the program's last statement, added by the tester, returns
 */
function run({ folder, source }) {
  process.chdir(folder);
  const file = path.join(folder, sourceName);
  const program = vm.compileFunction(source, parameters, {
    filename: sourceName,
    importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  });
  const module = { exports: {} };
  return Reflect.apply(program, module.exports, [module.exports, createRequire(file), module, file, folder]);
}

/** @param {Frame} frame serves requests until one of them hands over the turn */
function serve(frame) {
  let next = frame;
  while (next.q !== "run") {
    send(peer.serve(next));
    next = receive();
  }
  peer.receiveSettled(next);
  isOurTurn = true;
  const milliseconds = Array.isArray(next.v) ? next.v[1] : null;
  // It must not keep the event loop alive: a program with nothing left to do hands back at once.
  if (typeof milliseconds === "number") endOfTurn = setTimeout(handBack, milliseconds).unref();
  // Keeps the process alive until its event loop is found idle once more.
  setImmediate(report);
}

function report() {
  if (isOurTurn && (hasCalledBack || peer.handles.given.settled.length > 0)) handBack();
}

function handBack() {
  clearTimeout(endOfTurn);
  isOurTurn = hasCalledBack = false;
  send(peer.settledFrame("r"));
  serve(receive());
}

peer.handles.given.onSettled = () => {
  if (isOurTurn) setImmediate(report);
};
process.on("beforeExit", () => {
  if (isOurTurn) handBack();
});

/** @param {Load} load */
function start(load) {
  try {
    const found = run(load);
    if (typeof found === "function") evaluate = /** @type {(name: string) => unknown} */ (found);
    send({ r: null, o: [] });
  } catch (error) {
    send(peer.failure(error));
  }
  serve(receive());
}

send({ ready: true });
try {
  start(receive());
} catch (error) {
  if (error instanceof Closed) process.exit(0);
  throw error;
}

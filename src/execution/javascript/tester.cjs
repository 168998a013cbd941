"use strict";
// The process that runs tests. It never runs a candidate's code: it asks the candidate's process, through the supervisor
// that holds both, and judges the answers. Frames to and from the supervisor begin with a letter:
//   J job, R reply of the candidate, D the candidate is gone   (received)
//   C request for the candidate, V verdict                     (sent)

const assert = require("node:assert");
const { Closed, readFrame, writeFrame } = require("./frames.cjs");
const { syntaxErrorOf, withNames } = require("./program.cjs");
const { frameOf } = require("./shapes.cjs");
const { compileTest, openTestRealm } = require("./test-realm.cjs");
const { Timers } = require("./timers.cjs");
const { Waiting } = require("./waiting.cjs");

/**
 * @typedef {import("./peer.cjs").Frame} Frame
 * @typedef {import("./peer.cjs").Peer} Peer
 * @typedef {import("./test-realm.cjs").TestSource & { source: string, folder: string, mode: string }} Job
 * @typedef {{ outcome: string, exceptionType?: string, message?: string, line?: number | undefined }} Verdict
 */

const fromSupervisor = 3;
const toSupervisor = 4;
const longestMessage = 500;
const longestName = 200;

/** The candidate's process has ended or was ended; the supervisor knows why. */
class CandidateGone extends Error {}

/** Says in the candidate's own process what a failed `console.assert` means; on the program's first line. */
const strictConsole =
  'console.assert = (ok, ...details) => { if (!ok) throw new (require("node:assert").AssertionError)({ message: details.join(" ") || "console.assert" }); }; ';

/** @param {Frame | { folder: string, source: string }} frame @returns {Frame} */
function exchange(frame) {
  writeFrame(toSupervisor, `C${JSON.stringify(frame)}`);
  const answer = readFrame(fromSupervisor);
  if (answer[0] !== "R") throw new CandidateGone("the candidate is gone");
  return frameOf(JSON.parse(answer.slice(1)));
}

/** @param {unknown} text @param {number} most @returns {string} what a candidate may have written, bounded and printable */
function printable(text, most) {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is replaced
  return `${text}`.slice(0, most).replace(/[\0-\x08\x0b-\x1f\x7f-\x9f]/g, "\ufffd");
}

/** @param {unknown} error @returns {[name: unknown, message: unknown]} both may come from the candidate, which may be gone */
function describe(error) {
  try {
    const { name, message } = /** @type {Error} */ (error ?? {});
    return [name, typeof message === "string" ? message : String(error)];
  } catch {
    return [undefined, "something that cannot be described"];
  }
}

const waiting = new Waiting();
const timers = new Timers();

class Trial {
  /** @type {Verdict | undefined} the first thing that went wrong */
  #wrong;
  #usedCandidate = false;
  /** @type {Set<unknown>} failed assertions in functions that the candidate called, as long as it keeps them to itself */
  #withheld = new Set();
  /** @type {Peer | undefined} */
  #peer;

  /** @param {Job} job */
  constructor(job) {
    this.job = job;
  }

  /** Runs the test as far as it runs by itself. @returns {boolean} whether the event loop may go on with it */
  begin() {
    const { source, test, call, mode, folder } = this.job;
    const isSplit = mode === "split";
    const text = isSplit ? source : `${strictConsole}${source}\n${test}\n${call}`;
    const syntaxError = syntaxErrorOf(source);
    if (syntaxError !== undefined)
      return this.#end({ outcome: "syntax_error", exceptionType: "SyntaxError", ...syntaxError });
    try {
      const script = compileTest(this.job);
      const ends = {
        exchange: (/** @type {Frame} */ frame) => this.#exchange(frame),
        onBroken: () => this.#broken(),
        onAsk: (/** @type {unknown[]} */ values) => waiting.given(values),
        onCall: (/** @type {unknown} */ used) => waiting.called(used),
        onThrow: (/** @type {unknown} */ error) => {
          if (error instanceof assert.AssertionError) this.#withheld.add(error);
        },
        onCatch: (/** @type {unknown} */ error) => void this.#withheld.delete(error),
      };
      const realm = openTestRealm(this.job, script, ends, (failure) => this.record(failure), timers.functions());
      this.#peer = realm.peer;
      this.#load({ folder, source: isSplit ? withNames(text) : text });
      if (this.#wrong === undefined && isSplit) realm.run();
    } catch (error) {
      if (this.#peer === undefined)
        return this.#end({ outcome: "invalid_test", exceptionType: "SyntaxError", message: `${error}` });
      this.record(error);
    }
    return true;
  }

  /** @param {{ folder: string, source: string }} load */
  #load(load) {
    const reply = this.#ask(load);
    this.#usedCandidate = this.job.mode !== "split";
    if ("e" in reply) this.#peer?.rethrow(reply);
  }

  /** @param {Frame} frame @returns {Frame} */
  #exchange(frame) {
    const reply = this.#ask(frame);
    // A function that was only looked up was not used; everything else was.
    const isFunction = Array.isArray(reply.o) && reply.o[0]?.[0] === "f";
    if (frame.q !== "lookup" ? frame.q !== "run" : "r" in reply && !isFunction) this.#usedCandidate = true;
    return reply;
  }

  /** @param {Frame | { folder: string, source: string }} frame @returns {Frame} */
  #ask(frame) {
    try {
      return exchange(frame);
    } catch (error) {
      if (!(error instanceof CandidateGone)) this.#broken();
      throw error;
    }
  }

  #broken() {
    this.#wrong ??= {
      outcome: "runtime_error",
      exceptionType: "ProtocolError",
      message: "the candidate sent what no value looks like",
    };
  }

  /** @param {Verdict} verdict */
  #end(verdict) {
    this.#wrong ??= verdict;
    return false;
  }

  /** Notes what was thrown; only the first counts. @param {unknown} error */
  record(error) {
    const fromCandidate = typeof error === "object" && error !== null && this.#peer?.handles.received.errors.has(error);
    const [name, message] = describe(error);
    const exceptionType = printable(typeof name === "string" ? name : typeof error, longestName);
    // Node adds the path of the program's file, which is different each time.
    const text = printable(message, longestMessage).replace(/\nRequire stack:[\s\S]*/, "");
    const line = fromCandidate ? this.#peer?.handles.received.errors.get(/** @type {object} */ (error)) : undefined;
    const isAssertion =
      this.job.mode === "split" ? error instanceof assert.AssertionError : exceptionType === "AssertionError";
    const outcome = isAssertion ? "failed" : "runtime_error";
    this.#wrong ??= { outcome, exceptionType, message: text, ...(line === undefined ? {} : { line }) };
  }

  /**
   * Called when this process has nothing left to do: lets the candidate go on with what it promised, and the test with what
   * it does later.
   * @returns {boolean} whether that changed anything
   */
  goOn() {
    const peer = this.#peer;
    if (peer === undefined || this.#wrong !== undefined) return false;
    try {
      return timers.fireNext() || this.#runCandidate(peer) || this.#sleep();
    } catch (error) {
      this.record(error);
      return false;
    }
  }

  /** @param {Peer} peer @returns {boolean} whether the candidate has done anything that the test learns of */
  #runCandidate(peer) {
    const hasNews = peer.handles.given.settled.length > 0;
    const isWaiting = peer.handles.received.hasUnsettled || waiting.reason !== undefined || timers.left !== undefined;
    if (!hasNews && !isWaiting && this.job.mode === "split") return false;
    const { calls } = waiting;
    const frame = peer.converse(peer.settledFrame("q", timers.left));
    return peer.receiveSettled(frame) || hasNews || waiting.calls > calls;
  }

  /** Until the test's next timer is due, for a candidate that has nothing to do until then. @returns {boolean} whether there is one */
  #sleep() {
    const { left } = timers;
    if (left === undefined) return false;
    setTimeout(() => undefined, left);
    return true;
  }

  /** @returns {Verdict} */
  verdict() {
    for (const error of this.#withheld) this.record(error);
    if (this.#wrong !== undefined) return this.#wrong;
    if (this.#peer?.handles.received.hasUnsettled) {
      return { outcome: "runtime_error", message: "a promise of the program never settled" };
    }
    if (!this.#usedCandidate) return { outcome: "failed", message: "the test never used the candidate" };
    const { reason } = waiting;
    return reason === undefined ? { outcome: "passed" } : { outcome: "runtime_error", message: reason };
  }
}

/** @type {Trial | undefined} */
let trial;

function next() {
  try {
    for (;;) {
      waiting.reset();
      timers.reset();
      trial = new Trial(JSON.parse(readFrame(fromSupervisor).slice(1)));
      if (trial.begin()) return;
      writeFrame(toSupervisor, `V${JSON.stringify(trial.verdict())}`);
    }
  } catch (error) {
    if (error instanceof Closed) process.exit(0);
    throw error;
  }
}

waiting.watch();
process.on("uncaughtException", (error) => trial?.record(error));
process.on("unhandledRejection", (error) => trial?.record(error));
process.on("beforeExit", () => {
  // Either way the event loop goes on: with what was promised, or with the next job.
  if (trial?.goOn()) return void setImmediate(() => undefined);
  writeFrame(toSupervisor, `V${JSON.stringify(trial?.verdict())}`);
  setImmediate(next);
});

writeFrame(toSupervisor, `V${JSON.stringify({ version: `Node.js ${process.versions.node}` })}`);
setImmediate(next);

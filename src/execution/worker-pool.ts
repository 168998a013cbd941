import { messageOf } from "../common/errors.ts";
import type { Enclosure, Place } from "./isolation/enclosure.ts";
import { mostStretch, type Patience, stretch, usualPatience } from "./patience.ts";
import { SandboxWorker } from "./sandbox-worker.ts";
import type { WorkerAnswer, WorkerJob } from "./worker-protocol.ts";

/** What a pool says of a job: the worker's answer and how long it took. */
export interface JobResult extends Omit<WorkerAnswer, "id" | "recycle"> {
  readonly wallSeconds: number;
}

/** A kind of worker: a language and the modules that it has loaded. */
export interface Profile {
  readonly key: string;
  /** A fresh enclosure for one more worker of this kind. */
  enclose(place: Place): Enclosure;
}

/** Jobs that a worker is handed before it has answered: enough that it never waits for this process. */
const jobsAhead = 4;

/** How often a job is run again because the machinery, not the program, failed. */
const mostRetries = 2;

/** What a worker must have done before one of another profile may take its place while it still is wanted. */
const fewestJobsBeforeEviction = 100;

/** How often a job may bring down the worker that it runs on alone, before that is its verdict. */
const mostDeathsAlone = 2;

interface Pending {
  readonly job: WorkerJob;
  readonly profile: Profile;
  readonly resolve: (result: JobResult) => void;
  /** It was under way when a worker hung or died, so it goes on alone. */
  suspect: boolean;
  deathsAlone: number;
  retries: number;
  startedAt: number;
}

interface Slot {
  readonly profile: Profile;
  /** Its place among `size` workers. */
  readonly number: number;
  readonly worker: SandboxWorker;
  /** In the order in which they were sent. */
  readonly underWay: Map<number, Pending>;
  jobsDone: number;
  /** Takes no more jobs and ends when it has answered the ones it has. */
  retiring: boolean;
  hung: boolean;
  watchdog: NodeJS.Timeout | undefined;
}

/**
 * At most `size` workers, of whatever profiles are wanted. Jobs come back in any order. A worker that hangs or dies is
 * replaced; the job that it was working on runs again alone, the others just run again.
 */
export class WorkerPool {
  readonly #size: number;
  readonly #patience: Patience;
  readonly #slots = new Set<Slot>();
  readonly #queues = new Map<
    string,
    { profile: Profile; waiting: Pending[]; failedStarts: number; resumeAt: number }
  >();
  #nextId = 1;
  #closed = false;

  constructor(size: number, patience: Patience = usualPatience) {
    this.#size = size;
    this.#patience = patience;
  }

  /** Runs a job. Never rejects: what goes wrong with the machinery becomes an `infrastructure_error`. */
  run(profile: Profile, job: Omit<WorkerJob, "id">): Promise<JobResult> {
    return new Promise((resolve) => {
      const pending = {
        job: { ...job, id: this.#nextId++ },
        profile,
        resolve,
        suspect: false,
        deathsAlone: 0,
        retries: 0,
        startedAt: 0,
      };
      if (this.#closed) return this.#giveUp(pending, "the executor is closed");
      this.#queue(profile).waiting.push(pending);
      this.#schedule();
    });
  }

  /** Ends all workers; jobs that have no answer yet become infrastructure errors. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const { waiting } of this.#queues.values()) {
      for (const pending of waiting.splice(0)) this.#giveUp(pending, "the executor was closed");
    }
    await Promise.all(
      [...this.#slots].map((slot) => {
        slot.retiring = true;
        if (slot.underWay.size > 0) slot.worker.kill();
        return slot.worker.end();
      }),
    );
  }

  #queue(profile: Profile) {
    let queue = this.#queues.get(profile.key);
    if (queue === undefined) {
      queue = { profile, waiting: [], failedStarts: 0, resumeAt: 0 };
      this.#queues.set(profile.key, queue);
    }
    return queue;
  }

  /** Hands out what can be handed out, and starts workers where jobs wait without one. */
  #schedule(): void {
    if (this.#closed) return;
    // One job each in turn, so that none hoards jobs while another waits.
    for (let depth = 1; depth <= jobsAhead; depth++) for (const slot of this.#slots) this.#feed(slot, depth);
    const mineOf = (key: string) => [...this.#slots].filter((slot) => slot.profile.key === key && !slot.retiring);
    // A kind that has no worker comes first: a place that was cleared for it must not go to the kind that cleared it.
    const queues = [...this.#queues.values()].filter(({ waiting }) => waiting.length > 0);
    const starvedFirst = queues.sort((a, b) => mineOf(a.profile.key).length - mineOf(b.profile.key).length);
    for (const queue of starvedFirst) {
      const mine = mineOf(queue.profile.key);
      const starting = mine.filter((slot) => !slot.worker.isReady).length;
      let missing = queue.waiting.length - starting;
      if (Date.now() < queue.resumeAt) continue;
      while (missing-- > 0 && this.#makeRoom(queue.profile.key)) this.#start(queue.profile);
    }
  }

  /** Whether one more worker may start; asks a worker of another profile to leave when it must. */
  #makeRoom(key: string): boolean {
    if (this.#slots.size < this.#size) return true;
    const active = [...this.#slots].filter((slot) => !slot.retiring);
    if (active.length < this.#slots.size) return false;
    const others = active.filter((slot) => slot.profile.key !== key);
    const idle = others.find((slot) => slot.underWay.size === 0 && slot.worker.isReady);
    const isStarved = !active.some((slot) => slot.profile.key === key);
    const settled = others.find((slot) => slot.jobsDone >= fewestJobsBeforeEviction);
    const leaving = idle ?? (isStarved ? settled : undefined);
    if (leaving !== undefined) this.#retire(leaving);
    return false;
  }

  #retire(slot: Slot): void {
    slot.retiring = true;
    if (slot.underWay.size === 0) void slot.worker.end();
  }

  #start(profile: Profile): void {
    let slot: Slot | undefined;
    try {
      const number = this.#freeNumber();
      const worker = new SandboxWorker(profile.enclose({ number, of: this.#size }), {
        onReady: () => {
          this.#queue(profile).failedStarts = 0;
          this.#schedule();
        },
        onAnswer: (answer) => slot !== undefined && this.#answered(slot, answer),
        onExit: () => slot !== undefined && this.#exited(slot),
      });
      const underWay = new Map<number, Pending>();
      slot = { profile, number, worker, underWay, jobsDone: 0, retiring: false, hung: false, watchdog: undefined };
      this.#slots.add(slot);
    } catch (error) {
      this.#startFailed(profile, messageOf(error));
    }
  }

  #freeNumber(): number {
    const taken = new Set([...this.#slots].map((slot) => slot.number));
    let number = 0;
    while (taken.has(number)) number++;
    return number;
  }

  #feed(slot: Slot, depth: number): void {
    if (slot.retiring || !slot.worker.isReady) return;
    const { waiting } = this.#queue(slot.profile);
    while (slot.underWay.size < depth) {
      const next = waiting[0];
      if (next === undefined) return;
      // A suspect runs on a worker that has nothing else to do.
      const holdsSuspect = [...slot.underWay.values()].some((pending) => pending.suspect);
      if (holdsSuspect || (next.suspect && slot.underWay.size > 0)) return;
      waiting.shift();
      next.startedAt = performance.now();
      slot.underWay.set(next.job.id, next);
      slot.worker.send({ ...next.job, wallSeconds: next.job.wallSeconds * stretch() });
      if (slot.watchdog === undefined) this.#watch(slot);
    }
  }

  /** Sets the alarm for the oldest job under way. */
  #watch(slot: Slot): void {
    clearTimeout(slot.watchdog);
    slot.watchdog = undefined;
    if (slot.underWay.size === 0) return;
    const longest = Math.max(...[...slot.underWay.values()].map((pending) => pending.job.wallSeconds));
    slot.watchdog = setTimeout(
      () => {
        slot.hung = true;
        slot.worker.kill();
      },
      (longest * mostStretch + this.#patience.graceSeconds) * 1000,
    );
  }

  #answered(slot: Slot, answer: WorkerAnswer): void {
    const pending = slot.underWay.get(answer.id);
    if (pending === undefined) return;
    slot.underWay.delete(answer.id);
    const now = performance.now();
    slot.jobsDone++;
    const { id: _id, recycle, ...rest } = answer;
    if (answer.outcome === "infrastructure_error" && pending.retries++ < mostRetries) {
      this.#queue(slot.profile).waiting.push(pending);
    } else {
      pending.resolve({ ...rest, wallSeconds: (now - pending.startedAt) / 1000 });
    }
    // The next job's time starts now: the worker takes one after the other.
    const next = slot.underWay.values().next().value;
    if (next !== undefined) next.startedAt = now;
    this.#watch(slot);
    if (recycle === true) {
      this.#requeue(slot);
      slot.worker.kill();
    }
    if (slot.retiring && slot.underWay.size === 0) void slot.worker.end();
    this.#schedule();
  }

  #exited(slot: Slot): void {
    clearTimeout(slot.watchdog);
    this.#slots.delete(slot);
    if (this.#closed) {
      for (const pending of slot.underWay.values()) this.#giveUp(pending, "the executor was closed");
      return;
    }
    if (!slot.worker.isReady && !slot.retiring) this.#startFailed(slot.profile, slot.worker.lastWords);
    const suspect = slot.underWay.values().next().value;
    if (suspect !== undefined) this.#accuse(slot, suspect);
    this.#requeue(slot);
    this.#schedule();
  }

  /** The worker ended while it worked on this job. */
  #accuse(slot: Slot, pending: Pending): void {
    const wasAlone = pending.suspect;
    pending.suspect = true;
    if (!wasAlone) return;
    pending.deathsAlone++;
    const wallSeconds = (performance.now() - pending.startedAt) / 1000;
    if (slot.hung) {
      slot.underWay.delete(pending.job.id);
      const message = "the sandbox did not come back and was ended";
      pending.resolve({ outcome: "timeout", message, cpuSeconds: 0, wallSeconds });
    } else if (pending.deathsAlone >= mostDeathsAlone) {
      slot.underWay.delete(pending.job.id);
      const message = "the sandbox process died while running this program";
      pending.resolve({ outcome: "runtime_error", message, cpuSeconds: 0, wallSeconds });
    }
  }

  /** What the worker still had goes to the front of the queue again. */
  #requeue(slot: Slot): void {
    this.#queue(slot.profile).waiting.unshift(...slot.underWay.values());
    slot.underWay.clear();
    slot.retiring = true;
  }

  #startFailed(profile: Profile, reason: string): void {
    const queue = this.#queue(profile);
    const backoff = this.#patience.startBackoffMilliseconds[queue.failedStarts++];
    if (backoff === undefined) {
      queue.failedStarts = 0;
      for (const pending of queue.waiting.splice(0)) {
        this.#giveUp(pending, `the sandbox for ${profile.key} does not start: ${reason}`);
      }
      return;
    }
    queue.resumeAt = Date.now() + backoff;
    setTimeout(() => this.#schedule(), backoff + 5);
  }

  #giveUp(pending: Pending, message: string): void {
    pending.resolve({ outcome: "infrastructure_error", message, cpuSeconds: 0, wallSeconds: 0 });
  }
}

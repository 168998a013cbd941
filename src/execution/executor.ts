import os from "node:os";
import { UserError } from "../common/errors.ts";
import { sha256 } from "../common/files.ts";
import { Registry } from "../common/registry.ts";
import { enclose, type Place } from "./isolation/enclosure.ts";
import { detectTier, strongestTier } from "./isolation/ladder.ts";
import { findLauncher, type Launcher } from "./isolation/launcher.ts";
import { unreachableFolder } from "./isolation/reachable.ts";
import type { LanguageRuntime, Toolchain } from "./language-runtime.ts";
import type { ExecutionMode, IsolationTier, Limits, Program, Verdict } from "./program.ts";
import { WorkerPool } from "./worker-pool.ts";

/** Every programming language that can be executed. */
export const languages = new Registry<LanguageRuntime>("language", new URL("./languages/", import.meta.url));

export interface ExecutorOptions {
  /** `auto` takes the strongest rung that works here. */
  readonly tier?: IsolationTier | "auto";
  /** `same-process` must be asked for by the user: verdicts can then be forged, and every one says so. */
  readonly mode?: ExecutionMode;
  /** Sandbox workers side by side; one a core when absent. */
  readonly workers?: number;
  /** Interpreter or compiler by language, for example that of a pinned environment. */
  readonly executables?: Readonly<Record<string, string>>;
  /** Allows the tier `none`. */
  readonly unsafe?: boolean;
}

/** Executes hostile programs and gives honest verdicts. */
export interface Executor {
  readonly tier: IsolationTier;
  readonly mode: ExecutionMode;
  toolchain(language: string): Promise<Toolchain>;
  /**
   * Never rejects for anything that a program does. Rejects with a UserError when the language's toolchain is missing.
   * Any number of calls may be under way; identical programs with identical limits are executed once.
   */
  execute(program: Program, limits: Limits): Promise<Verdict>;
  /** Ends all workers and removes what they left. */
  close(): Promise<void>;
}

/** Verdicts that are remembered, so that an identical program is not executed again: about 10 MB. */
const mostRememberedVerdicts = 20_000;

/** Prepares the sandbox. Throws a UserError when the machine has no isolation and `unsafe` was not asked for. */
export async function openExecutor(options: ExecutorOptions = {}): Promise<Executor> {
  const tier = await chooseTier(options);
  return new PooledExecutor(tier, options, await findLauncher());
}

async function chooseTier({ tier = "auto", unsafe = false }: ExecutorOptions): Promise<IsolationTier> {
  const remedy = "Run `apprentice doctor` to see why, or accept the risk with --unsafe.";
  if (tier === "auto") {
    const strongest = await strongestTier();
    if (strongest !== undefined) return strongest;
    if (unsafe) return "none";
    throw new UserError("sandbox", "no kind of isolation works on this machine", remedy);
  }
  if (tier === "none" && !unsafe) {
    throw new UserError('isolation "none"', "hostile programs would run with your rights", "Ask for it with --unsafe.");
  }
  const { works, reason } = await detectTier(tier);
  if (!works)
    throw new UserError(`isolation "${tier}"`, `it does not work here: ${reason}`, "Choose another, or `auto`.");
  return tier;
}

class PooledExecutor implements Executor {
  readonly mode: ExecutionMode;
  readonly #pool: WorkerPool;
  readonly #toolchains = new Map<string, Promise<Toolchain>>();
  /** By program and limits, oldest first; verdicts under way are among them. */
  readonly #verdicts = new Map<string, Promise<Verdict>>();

  constructor(
    readonly tier: IsolationTier,
    readonly options: ExecutorOptions,
    readonly launcher: Launcher,
  ) {
    this.mode = options.mode ?? "split";
    this.#pool = new WorkerPool(Math.max(1, options.workers ?? os.availableParallelism()));
  }

  toolchain(language: string): Promise<Toolchain> {
    let toolchain = this.#toolchains.get(language);
    if (toolchain === undefined) {
      toolchain = this.#detect(language);
      this.#toolchains.set(language, toolchain);
    }
    return toolchain;
  }

  async execute(program: Program, limits: Limits): Promise<Verdict> {
    const key = sha256(JSON.stringify([program, limits]));
    const known = this.#verdicts.get(key);
    if (known !== undefined) {
      this.#remember(key, known);
      return known;
    }
    const verdict = this.#run(program, limits);
    this.#remember(key, verdict);
    const forget = () => this.#verdicts.delete(key);
    verdict.then(({ outcome }) => outcome === "infrastructure_error" && forget(), forget);
    return verdict;
  }

  close(): Promise<void> {
    this.#verdicts.clear();
    return this.#pool.close();
  }

  async #detect(language: string): Promise<Toolchain> {
    const runtime = await languages.get(language);
    const toolchain = await runtime.detect(this.options.executables?.[language]);
    await this.#requireReachable([toolchain.executable, ...toolchain.readableFolders], language);
    return toolchain;
  }

  /**
   * Landlock leaves the file system as it is: what root alone may enter stays closed to the user that programs run as.
   * A container's image brings a home folder of root's that is closed to others, whatever is mounted into it.
   */
  async #requireReachable(paths: readonly string[], what: string): Promise<void> {
    if (process.getuid?.() !== 0) return;
    let locked: string | undefined;
    if (this.tier === "landlock") locked = await unreachableFolder(paths);
    if (this.tier === "container" && paths.some((target) => target.startsWith("/root/"))) locked = "/root";
    if (locked === undefined) return;
    throw new UserError(
      `isolation "${this.tier}"`,
      `programs run as an ordinary user, who may not enter ${locked}, where ${what} lies`,
      "Use another isolation, or put it where every user can read it.",
    );
  }

  async #run(program: Program, limits: Limits): Promise<Verdict> {
    const runtime = await languages.get(program.language);
    const toolchain = await this.toolchain(program.language);
    const name = runtime.profileOf(program);
    const { tier, mode } = this;
    const { importFolders = [] } = program;
    await this.#requireReachable(importFolders, "what programs import");
    const profile = {
      key: [program.language, ...(name === "" ? [] : [`with ${name}`]), ...importFolders].join(" "),
      enclose: (place: Place) => {
        const command = runtime.workerCommand(toolchain, name, importFolders);
        return enclose(
          tier,
          {
            command: [command.executable, ...command.arguments],
            environment: command.environment,
            readableFolders: [...toolchain.readableFolders, ...command.readableFolders, ...importFolders],
            place,
          },
          this.launcher,
        );
      },
    };
    const { source, prelude = "", test, call = "" } = program;
    const { wallSeconds, cpuSeconds, memoryMegabytes } = limits;
    const memoryBytes = memoryMegabytes * 2 ** 20;
    const job = { source, prelude, test, call, mode, wallSeconds, cpuSeconds, memoryBytes };
    return { ...(await this.#pool.run(profile, job)), tier, mode };
  }

  #remember(key: string, verdict: Promise<Verdict>): void {
    this.#verdicts.delete(key);
    this.#verdicts.set(key, verdict);
    const oldest = this.#verdicts.keys().next().value;
    if (this.#verdicts.size > mostRememberedVerdicts && oldest !== undefined) this.#verdicts.delete(oldest);
  }
}

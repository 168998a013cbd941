import { existsSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import type { IsolationTier } from "../program.ts";
import { type Launcher, sandboxFolder } from "./launcher.ts";

/** What is to be run inside a sandbox. */
export interface Enclosed {
  readonly command: readonly [executable: string, ...arguments: string[]];
  readonly environment: Readonly<Record<string, string>>;
  readonly readableFolders: readonly string[];
  /** Files that each process of it may have open. */
  readonly openFiles?: number;
  readonly place?: Place;
}

/** Which of how many workers that run side by side a worker is. */
export interface Place {
  /** From 0; no two workers that are alive have the same. */
  readonly number: number;
  readonly of: number;
}

/** What the host has to start, and how it is ended. */
export interface Enclosure {
  readonly executable: string;
  readonly arguments: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /**
   * `terminate`: SIGTERM to a supervisor (ours, or a container engine's client), which ends the rest and cleans up.
   * `kill`: SIGKILL to the process group; the kernel ends the rest.
   */
  readonly end: "terminate" | "kill";
  /** A folder that the worker removes when it ends, and that its parent has to remove when it was killed. */
  readonly scratch?: string;
}

/** Shared libraries, and what they read: the loader's cache, alternatives, time zones, facts about the processor. */
const systemPaths = [
  "/lib",
  "/lib32",
  "/lib64",
  "/usr/lib",
  "/usr/lib32",
  "/usr/lib64",
  "/usr/local/lib",
  "/etc/ld.so.cache",
  "/etc/alternatives",
  "/etc/localtime",
  "/usr/share/zoneinfo",
  "/sys/devices/system/cpu",
  "/proc/cpuinfo",
];

const scratchMegabytes = 64;
const defaultOpenFiles = 64;

/** Ordinary users that exist only as numbers: one for each worker that root starts, so that none can reach another. */
const firstUser = 1_800_000_000;

let started = 0;

/** How to start `enclosed` on that rung of the ladder. */
export function enclose(tier: IsolationTier, enclosed: Enclosed, launcher: Launcher): Enclosure {
  const number = started++;
  const readable = [...new Set([...enclosed.readableFolders, ...systemPaths, sandboxFolder])].filter(existsSync);
  // The rung `none` promises nothing, and an ordinary user might not reach the toolchain.
  const changesUser = process.getuid?.() === 0 && tier !== "none";
  const user = changesUser ? firstUser + (process.pid % 100_000) * 1000 + (number % 1000) : undefined;
  const scratch = path.join(os.tmpdir(), `apprentice-${process.pid}-${number}-${Date.now().toString(36)}`);
  const facts: Facts = { tier, enclosed, launcher, readable, user, scratch };
  switch (tier) {
    case "bubblewrap":
      return bubblewrap(facts);
    case "container":
      return container(facts);
    case "sandbox-exec":
      return sandboxExec(facts);
    case "namespaces":
    case "landlock":
    case "none":
      return supervised(facts);
  }
}

interface Facts {
  readonly tier: IsolationTier;
  readonly enclosed: Enclosed;
  readonly launcher: Launcher;
  readonly readable: readonly string[];
  readonly user: number | undefined;
  readonly scratch: string;
}

/** The launcher's own command line, wherever it runs. */
function launch(facts: Facts, scratch: string, supervise: boolean, user: number | undefined): string[] {
  const { tier, readable, enclosed, launcher } = facts;
  const openFiles = enclosed.openFiles ?? defaultOpenFiles;
  const { place } = enclosed;
  // Not what runs alone: a probe has no standard input and ends by itself.
  const endAtHangup = tier === "container" && place !== undefined;
  const config = { tier, readable, scratch, openFiles, supervise, endAtHangup, user, place };
  return [launcher.python.executable, "-I", launcher.script, JSON.stringify(config), "--", ...enclosed.command];
}

function workerEnvironment(facts: Facts, scratch: string): Record<string, string> {
  const common = { PATH: "/usr/bin:/bin", HOME: scratch, TMPDIR: scratch, LANG: "C.UTF-8", USER: "sandbox" };
  return { ...common, LOGNAME: "sandbox", ...facts.enclosed.environment };
}

function supervised(facts: Facts): Enclosure {
  const [executable = "", ...rest] = launch(facts, facts.scratch, true, facts.user);
  const environment = workerEnvironment(facts, facts.scratch);
  return { executable, arguments: rest, environment, end: "terminate", scratch: facts.scratch };
}

/** As root the new user is a real one; otherwise a user namespace maps the caller to 65534 (nobody). */
function bubblewrap(facts: Facts): Enclosure {
  const scratch = "/scratch";
  const binds = [...facts.readable, ...facts.launcher.python.readableFolders];
  const identity =
    facts.user === undefined
      ? ["--unshare-user", "--uid", "65534", "--gid", "65534", "--cap-drop", "ALL"]
      : ["--cap-drop", "ALL", "--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"];
  const environment = Object.entries(workerEnvironment(facts, scratch));
  return {
    executable: "bwrap",
    arguments: [
      ...["--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try"],
      ...identity,
      ...["--die-with-parent", "--new-session", "--clearenv"],
      ...environment.flatMap(([name, value]) => ["--setenv", name, value]),
      ...ancestors([...binds, "/dev/null"]).flatMap((folder) => ["--perms", "0755", "--dir", folder]),
      ...[...new Set(binds)].sort().flatMap((folder) => ["--ro-bind-try", folder, folder]),
      ...["/dev/null", "/dev/zero", "/dev/urandom"].flatMap((device) => ["--dev-bind", device, device]),
      ...["--perms", "0777", "--size", String(scratchMegabytes << 20), "--tmpfs", scratch],
      ...["--remount-ro", "/", "--chdir", scratch],
      ...launch(facts, scratch, false, facts.user),
    ],
    environment: { PATH: process.env.PATH ?? "/usr/bin:/bin" },
    end: "kill",
  };
}

/** Every folder above the paths, outermost first. Left to itself, bubblewrap makes them for the first user alone. */
function ancestors(paths: readonly string[]): string[] {
  const found = new Set<string>();
  for (const start of paths) {
    for (let folder = path.dirname(start); folder !== "/"; folder = path.dirname(folder)) found.add(folder);
  }
  return [...found].sort();
}

/** The name of the image that brings nothing but a C library and Python; the toolchain is mounted into it. */
export const containerImage = "python:3.12-slim";

/** The engine that answered when the ladder was probed. */
let containerEngine = "docker";

export function setContainerEngine(engine: string): void {
  containerEngine = engine;
}

function container(facts: Facts): Enclosure {
  const scratch = "/scratch";
  const mounts = [...new Set(facts.enclosed.readableFolders)].concat(sandboxFolder);
  const [, ...launcherArguments] = launch(facts, scratch, false, undefined);
  return {
    executable: containerEngine,
    arguments: [
      ...["run", "--rm", "--interactive", "--init", "--network", "none", "--read-only", "--cap-drop", "ALL"],
      ...["--security-opt", "no-new-privileges", "--user", "65534:65534", "--pids-limit", "512", "--pull", "never"],
      ...["--tmpfs", `${scratch}:size=${scratchMegabytes}m,mode=0777`],
      ...mounts.sort().flatMap((folder) => ["--volume", `${folder}:${folder}:ro`]),
      ...Object.entries(workerEnvironment(facts, scratch)).flatMap(([name, value]) => ["--env", `${name}=${value}`]),
      ...[containerImage, "python3", ...launcherArguments],
    ],
    environment: { PATH: process.env.PATH ?? "/usr/bin:/bin", HOME: os.homedir() },
    end: "terminate",
  };
}

/** macOS: everything is refused except reading, the scratch folder and being a process. */
function sandboxExec(facts: Facts): Enclosure {
  const quote = (text: string) => JSON.stringify(text);
  const profile = [
    "(version 1)(deny default)(allow process-fork)(allow process-exec)(allow sysctl-read)(allow mach-lookup)",
    '(allow file-read-metadata)(allow file-read* (subpath "/usr/lib") (subpath "/System") (literal "/dev/urandom")',
    ` ${[...facts.readable, ...facts.launcher.python.readableFolders].map((folder) => `(subpath ${quote(folder)})`).join(" ")})`,
    `(allow file-read* file-write* (subpath ${quote(facts.scratch)}) (literal "/dev/null"))`,
  ].join("");
  const inner = supervised(facts);
  return {
    ...inner,
    executable: "/usr/bin/sandbox-exec",
    arguments: ["-p", profile, inner.executable, ...inner.arguments],
  };
}

import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { messageOf } from "../../common/errors.ts";
import { type IsolationTier, isolationTiers } from "../program.ts";
import { containerImage, enclose, setContainerEngine } from "./enclosure.ts";
import { findLauncher } from "./launcher.ts";

/** One rung of the isolation ladder on this machine. */
export interface TierStatus {
  readonly tier: IsolationTier;
  readonly works: boolean;
  /** Why it does not work. */
  readonly reason?: string;
}

/**
 * What is run inside a rung to see whether it isolates: it must not be able to read the canary file, nor to open a
 * network socket, and must be able to write into its scratch folder and to read the sandbox's own files.
 */
const probe = `
import os, socket, sys
def leaks():
    try: open(sys.argv[1]).close(); return "it can read a file outside"
    except OSError: pass
    try: s = socket.socket(); s.settimeout(1); s.connect(("127.0.0.1", 9)); return "it has a network"
    except PermissionError: pass
    except OSError as error:
        if error.errno == 111: return "it has a network"
    if os.name == "posix" and os.getuid() == 0: return "it runs as root"
    open("written", "w").close()
    try: open(sys.argv[2]).close()
    except OSError: return f"programs run as an ordinary user, who may not read {sys.argv[2]}; let others enter the folders above it (chmod o+x) or install Apprentice elsewhere"
    return ""
print("probe:" + (leaks() or "isolated"))
`;

const startSeconds = 20;

/** Tries every rung, strongest first. The result is not remembered: what works can change. */
export async function detectTiers(): Promise<readonly TierStatus[]> {
  return Promise.all(isolationTiers.map(detectTier));
}

/** The strongest rung that works, and never `none`. Undefined when no rung works. */
export async function strongestTier(): Promise<IsolationTier | undefined> {
  for (const tier of isolationTiers) {
    if (tier !== "none" && (await detectTier(tier)).works) return tier;
  }
  return undefined;
}

/** Tries one rung by running a probe on it. */
export async function detectTier(tier: IsolationTier): Promise<TierStatus> {
  try {
    const reason = (await unavailable(tier)) ?? (tier === "none" ? undefined : await runProbe(tier));
    return reason === undefined ? { tier, works: true } : { tier, works: false, reason };
  } catch (error) {
    return { tier, works: false, reason: messageOf(error) };
  }
}

/** Why a rung cannot exist here; undefined when it may. */
async function unavailable(tier: IsolationTier): Promise<string | undefined> {
  if (process.platform === "win32") return "Windows has no such isolation; use WSL";
  if (tier === "sandbox-exec" && process.platform !== "darwin") return "only macOS has it";
  if (tier === "container") return containerEngineMissing();
  if (process.platform !== "linux" && tier !== "none" && tier !== "sandbox-exec") return "only Linux has it";
  if (tier === "bubblewrap") {
    const { code } = await run("bwrap", ["--version"]);
    if (code !== 0) return "bwrap is not installed (for example `apt install bubblewrap`)";
  }
  return undefined;
}

async function containerEngineMissing(): Promise<string | undefined> {
  const reasons: string[] = [];
  for (const engine of ["docker", "podman"]) {
    const { code, errors } = await run(engine, ["image", "inspect", containerImage]);
    if (code === 0) {
      setContainerEngine(engine);
      return undefined;
    }
    reasons.push(`${engine}: ${code === undefined ? "not installed" : lastLine(errors) || `exit status ${code}`}`);
  }
  return `no engine answers with the image ${containerImage} (${reasons.join("; ")})`;
}

async function runProbe(tier: IsolationTier): Promise<string | undefined> {
  const launcher = await findLauncher();
  const folder = await mkdtemp(path.join(os.tmpdir(), "apprentice-canary-"));
  try {
    const canary = path.join(folder, "canary");
    await writeFile(canary, "secret", { mode: 0o644 });
    const command = [launcher.python.executable, "-I", "-c", probe, canary, launcher.script] as const;
    const { readableFolders } = launcher.python;
    const enclosure = enclose(tier, { command, environment: {}, readableFolders }, launcher);
    const { code, output, errors } = await run(enclosure.executable, enclosure.arguments, enclosure.environment);
    const answer = output.match(/^probe:(.*)$/m)?.[1];
    if (answer === "isolated") return undefined;
    return answer ?? (lastLine(errors) || `the probe ended with status ${code ?? "unknown"}`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

interface Finished {
  /** Undefined when the program could not be started or was ended. */
  readonly code: number | undefined;
  readonly output: string;
  readonly errors: string;
}

function run(executable: string, commandArguments: readonly string[], environment = process.env): Promise<Finished> {
  return new Promise((resolve) => {
    const child = spawn(executable, commandArguments, { env: environment, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    let errors = "";
    child.stdout.on("data", (chunk) => {
      output += chunk;
    });
    child.stderr.on("data", (chunk) => {
      errors += chunk;
    });
    const timer = setTimeout(() => child.kill("SIGKILL"), startSeconds * 1000);
    const finish = (code: number | undefined) => {
      clearTimeout(timer);
      resolve({ code, output, errors });
    };
    child.on("error", () => finish(undefined));
    child.on("close", (code) => finish(code ?? undefined));
  });
}

function lastLine(text: string): string {
  return text.trim().split("\n").at(-1) ?? "";
}

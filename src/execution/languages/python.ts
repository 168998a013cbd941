import path from "node:path";
import { messageOf, UserError } from "../../common/errors.ts";
import { compileSandbox } from "../bytecode.ts";
import { sandboxFolder } from "../isolation/launcher.ts";
import type { GoldenProgram, LanguageRuntime, Toolchain, WorkerCommand } from "../language-runtime.ts";
import type { Outcome, Program } from "../program.ts";
import { inspectPython, type PythonInstallation } from "../python-installation.ts";

/** Modules that are slow to import, with the distributions that bring them; workers are kept warm with them. */
const preloadable = ["numpy", "pandas", "torch", "torchdata"] as const;

const mentions = new Map(preloadable.map((module) => [module, new RegExp(`\\b${module}\\b`)]));

const importStatement = /^[ \t]*(?:from|import)[ \t]+([^#\n]+)/gm;

async function detect(executable?: string): Promise<Toolchain> {
  const failures: string[] = [];
  for (const candidate of executable === undefined ? ["python3", "python", "py"] : [executable]) {
    try {
      const python = await inspectPython(candidate, preloadable);
      const [major, minor] = python.version;
      if (major === 3 && minor >= 10) {
        await compileSandbox(python);
        return { executable: python.executable, version: versionOf(python), readableFolders: python.readableFolders };
      }
      failures.push(`${candidate} is version ${python.version.join(".")}`);
    } catch (error) {
      failures.push(`${candidate}: ${messageOf(error).split("\n")[0]}`);
    }
  }
  throw new UserError(
    executable === undefined ? "Python" : `Python at ${executable}`,
    `Python 3.10 or newer is needed and was not found (${failures.join("; ")})`,
    "Install it, for example with `apt install python3` or from https://www.python.org/downloads/.",
  );
}

function versionOf(python: PythonInstallation): string {
  const packages = preloadable
    .filter((name) => name in python.packages)
    .map((name) => `${name} ${python.packages[name]}`);
  return [`${python.implementation} ${python.version.join(".")}`, ...packages].join(", ");
}

/** Which of the preloadable modules a program imports, from its import statements alone. */
function profileOf(program: Program): string {
  const wanted = new Set<string>();
  for (const text of [program.source, program.prelude ?? "", program.test]) {
    for (const [, names = ""] of text.matchAll(importStatement)) {
      for (const [module, mention] of mentions) if (mention.test(names)) wanted.add(module);
    }
  }
  // pandas brings numpy, and torchdata brings torch.
  if (wanted.has("pandas")) wanted.add("numpy");
  if (wanted.has("torchdata")) wanted.add("torch");
  return preloadable.filter((module) => wanted.has(module)).join(",");
}

function workerCommand(toolchain: Toolchain, profile: string, importFolders: readonly string[]): WorkerCommand {
  return {
    executable: toolchain.executable,
    arguments: ["-s", "-S", "-B", path.join(sandboxFolder, "worker.py"), profile, ...importFolders],
    // More threads than one make forking unsafe; they are wanted nowhere here anyway.
    environment: {
      // Sets of strings have the same order in every worker, so that a verdict can be repeated.
      PYTHONHASHSEED: "0",
      // What the loader would look up at a function's first call, every candidate would look up anew.
      LD_BIND_NOW: "1",
      OPENBLAS_NUM_THREADS: "1",
      OMP_NUM_THREADS: "1",
      MKL_NUM_THREADS: "1",
      NUMEXPR_NUM_THREADS: "1",
      VECLIB_MAXIMUM_THREADS: "1",
    },
    readableFolders: [sandboxFolder],
  };
}

function golden(title: string, expected: Outcome, source: string, test: string, call?: string): GoldenProgram {
  const program = { language: "python", source, test, ...(call === undefined ? {} : { call }) };
  return { title, expected, program };
}

const addTest = "def check(candidate):\n    assert candidate(2, 3) == 5\n    assert candidate(-1, 1) == 0\n";

const goldenPrograms: readonly GoldenProgram[] = [
  golden("right function", "passed", "def add(a, b):\n    return a + b\n", addTest, "check(add)"),
  golden("wrong function", "failed", "def add(a, b):\n    return a - b\n", addTest, "check(add)"),
  golden("function that raises", "runtime_error", "def add(a, b):\n    raise ValueError(a)\n", addTest, "check(add)"),
  golden("missing function", "runtime_error", "def other(a, b):\n    return a + b\n", addTest, "check(add)"),
  golden("no Python", "syntax_error", "def add(a, b)\n    return a + b\n", addTest, "check(add)"),
  golden("endless loop", "timeout", "def add(a, b):\n    while True:\n        pass\n", addTest, "check(add)"),
  golden("early exit", "runtime_error", "import sys\n\ndef add(a, b):\n    sys.exit(0)\n", addTest, "check(add)"),
  golden(
    "right variable",
    "passed",
    "values = sorted([3, 1, 2])\n",
    "def check():\n    assert values == [1, 2, 3]\n",
    "check()",
  ),
  golden(
    "wrong variable",
    "failed",
    "values = [3, 1, 2]\n",
    "def check():\n    assert values == [1, 2, 3]\n",
    "check()",
  ),
  golden(
    "bare assertions",
    "passed",
    "def double(x):\n    return 2 * x\n",
    "assert double(4) == 8\nassert double('a') == 'aa'\n",
  ),
  golden(
    "object equal to everything",
    "failed",
    "class Any:\n    def __eq__(self, other):\n        return True\n\ndef add(a, b):\n    return Any()\n",
    addTest,
    "check(add)",
  ),
  golden(
    "broken test",
    "invalid_test",
    "def add(a, b):\n    return a + b\n",
    "def check(candidate:\n    pass\n",
    "check(add)",
  ),
];

/** Python, run by CPython 3.10 or newer. */
export const member: LanguageRuntime = { name: "python", detect, profileOf, workerCommand, goldenPrograms };

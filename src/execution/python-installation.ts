import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);

/** A Python interpreter, as it describes itself. */
export interface PythonInstallation {
  /** Absolute path, links not resolved: a virtual environment is recognised by its path. */
  readonly executable: string;
  readonly version: readonly [major: number, minor: number, patch: number];
  readonly implementation: string;
  /** What the names of its compiled files have in common, as `cpython-311`. */
  readonly cacheTag: string;
  /** Everything that a program run by it may have to read. */
  readonly readableFolders: readonly string[];
  /** Versions of the packages asked for that are installed. */
  readonly packages: Readonly<Record<string, string>>;
}

/** A prefix that other software shares is not handed over whole, only its Python parts. */
const describe = `
import json, os, sys, sysconfig, importlib.metadata as metadata
def version(name):
    try: return metadata.version(name)
    except metadata.PackageNotFoundError: return None
shared = {"/", "/usr", "/usr/local"}
paths = {sys.executable, os.path.realpath(sys.executable), *(path for path in sys.path if path)}
for prefix in {sys.prefix, sys.base_prefix}:
    if prefix not in shared: paths |= {prefix, os.path.realpath(prefix)}
paths |= {sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")}
paths = sorted(path for path in paths if os.path.isabs(path) and os.path.exists(path))
kept = [path for path in paths if not any(path != other and path.startswith(other + "/") for other in paths)]
print(json.dumps({"executable": sys.executable, "version": list(sys.version_info[:3]),
  "implementation": "CPython" if sys.implementation.name == "cpython" else sys.implementation.name,
  "cacheTag": sys.implementation.cache_tag or "", "readableFolders": kept, "packages": {name: v for name in sys.argv[1:] if (v := version(name))}}))
`;

/**
 * Asks an interpreter to describe itself.
 *
 * @param executable name on the search path, or path
 * @param packages distribution names whose versions are wanted
 * @throws the error of the process when there is no such interpreter or it does not work
 */
export async function inspectPython(executable: string, packages: readonly string[] = []): Promise<PythonInstallation> {
  const { stdout } = await run(executable, ["-I", "-c", describe, ...packages], { timeout: 30_000 });
  return JSON.parse(stdout) as PythonInstallation;
}

import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { UserError } from "../../common/errors.ts";
import type { CorpusSource } from "../source.ts";
import { member as folder } from "./folder.ts";

const reference = "python-standard-library";

/** What Python says of itself. */
interface Installation {
  readonly folder: string;
  readonly version: string;
}

const probe =
  "import json, platform, sysconfig; print(json.dumps({'folder': sysconfig.get_paths()['stdlib'], 'version': platform.python_version()}))";

async function installation(): Promise<Installation> {
  try {
    const { stdout } = await promisify(execFile)("python3", ["-I", "-c", probe], { timeout: 20_000 });
    return JSON.parse(stdout) as Installation;
  } catch {
    throw new UserError(
      `source "${reference}"`,
      "no python3 that can be asked is on the search path",
      "Install Python 3.",
    );
  }
}

/** The standard library of the `python3` on the search path, without the packages that were installed into it. */
export const member: CorpusSource = {
  name: "standard-library",
  referenceForm: `${reference}, that of the python3 on the search path`,

  claims: async (candidate) => (candidate === reference ? 1 : 0),

  async parts(_reference, wants) {
    const { folder: root, version } = await installation();
    // Installed packages, which lie in it, are left out of every folder.
    const parts = await folder.parts(root, wants);
    return parts.map((part) => ({
      ...part,
      source: this.name,
      detail: JSON.stringify({ version, detail: part.detail }),
    }));
  },

  async *read(part, wants) {
    const { version, detail } = JSON.parse(part.detail) as { version: string; detail: string };
    const about = { repo: `cpython-${version}`, license: "PSF-2.0", stars: null };
    for await (const found of folder.read({ ...part, source: folder.name, detail }, wants))
      yield "content" in found ? { ...found, ...about } : { ...found, repo: about.repo };
  },
};

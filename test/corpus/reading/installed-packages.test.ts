import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { installedLicenses } from "../../../src/corpus/reading/installed-packages.ts";
import { member as folderSource } from "../../../src/corpus/sources/folder.ts";

let sitePackages: string;
beforeAll(async () => {
  sitePackages = await mkdtemp(path.join(os.tmpdir(), "apprentice-installed-"));
  await install("one-1.0", "MIT", ["one/__init__.py", "shared/one.py"]);
  await install("two-2.0", "Apache-2.0", ["shared/two.py", "two/deep/module.py"]);
  await install("odd-0.1", "Our own", ["odd/__init__.py", "shared_oddly/a.py"]);
  await install("three-3.0", "MIT", ["shared_oddly/b.py", "three/__init__.py"]);
  await put("three/LICENSE", "Proprietary and confidential. Unauthorized copying is prohibited.");
  await put("stray/module.py", "stray = 1\n");
});
afterAll(() => rm(sitePackages, { recursive: true, force: true }));

async function put(file: string, text: string): Promise<void> {
  await mkdir(path.dirname(path.join(sitePackages, file)), { recursive: true });
  await writeFile(path.join(sitePackages, file), text);
}

async function install(name: string, license: string, files: readonly string[]): Promise<void> {
  for (const file of files) await put(file, "value = 1\n");
  await put(`${name}.dist-info/METADATA`, `Metadata-Version: 2.1\nName: ${name}\nLicense: ${license}\n`);
  const record = [...files, `${name}.dist-info/METADATA`, "../../../bin/tool"].map((file) => `${file},sha256=x,10`);
  await put(`${name}.dist-info/RECORD`, record.join("\r\n"));
}

it("knows whose the folders are, and joins the licences of those that share one", async () => {
  expect(Object.fromEntries(await installedLicenses(sitePackages))).toEqual({
    odd: null,
    one: "MIT",
    shared: "Apache-2.0 AND MIT",
    shared_oddly: null,
    three: "MIT",
    two: "Apache-2.0",
  });
});

it("gives installed files their package's licence, unless a folder of its own says another", async () => {
  const licenses = new Map<string, string | null>();
  for (const part of await folderSource.parts(sitePackages))
    for await (const found of folderSource.read(part))
      if ("license" in found) licenses.set(path.join(path.basename(found.repo), found.path), found.license);
  const top = path.basename(sitePackages);
  expect(licenses.get(`${top}/two/deep/module.py`)).toBe("Apache-2.0");
  expect(licenses.get(`${top}/stray/module.py`)).toBeNull();
  expect(licenses.get(`${top}/odd/__init__.py`)).toBeNull();
  expect(licenses.get("three/__init__.py")).toBe("LicenseRef-Proprietary");
});
